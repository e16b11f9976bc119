import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DroneConfig } from "../../drone/config.ts";
import { openProcessRuntime } from "../../drone/runtime/process/process-runtime.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { clear } from "./runtime/runtime-bench.ts";
import { ScriptedController } from "./scripted-controller.ts";
import { specOf } from "./spec-of.ts";

const PATIENT = { timeout: 60_000 };

/** Answers HTTP, and echoes whatever else it is sent. */
const APP = `
require("node:net").createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => {
    if (!String(data).startsWith("HEAD ")) return socket.write(data);
    socket.end("HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\n");
  });
}).listen(process.env.PORT, "127.0.0.1");
`;

function launchDrone(config: DroneConfig) {
  const drone = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "drone-process.ts"), JSON.stringify(config)],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const kill = async () => {
    if (drone.exitCode !== null || drone.signalCode !== null) return;
    drone.kill("SIGKILL");
    await once(drone, "exit");
  };
  return { kill, [Symbol.asyncDispose]: kill };
}

/** Whatever the test leaves running goes, as nobody else knows of it. */
function clearing({ name: droneName, runtime, dataDir }: DroneConfig): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      if (runtime.name !== "process") return;
      const deps = { clock: systemClock, log: recordingLog().log };
      const stateDir = join(dataDir, "apps");
      await clear(openProcessRuntime(deps, { ...runtime, droneName, stateDir }));
    },
  };
}

test("a drone that is killed loses no backend, and no connection to one", PATIENT, async () => {
  await using directory = await tempDir();
  await using controller = await ScriptedController.listen();
  const appsDir = join(directory.path, "apps");
  await mkdir(join(appsDir, "app"), { recursive: true });
  await writeFile(join(appsDir, "app", "index.js"), APP);
  const config: DroneConfig = {
    controllerUrl: controller.url,
    key: "hak_test",
    name: "dr-killed",
    cluster: "localhost:9090",
    pool: "default",
    dataDir: join(directory.path, "data"),
    runtime: { name: "process", appsDir },
    guard: "external",
  };
  await using _left = clearing(config);
  await using first = launchDrone(config);
  await waitFor("heartbeat", () => controller.all("heartbeat").length > 0);
  const spec = specOf({ image: "app", env: {} });
  const id = spec.backend_id;
  controller.spawn(spec);
  const { address } = await waitFor("ready", () => controller.state(id, "ready"));
  const client = connect(address).setEncoding("utf8");
  const echo = async (text: string) => {
    client.write(text);
    return String((await once(client, "data"))[0]);
  };
  expect(await echo("before")).toBe("before");

  await first.kill();
  expect(await echo("meanwhile")).toBe("meanwhile");

  await using second = launchDrone(config);
  const inventory = await waitFor("inventory", () => controller.all("inventory").at(1));
  expect(inventory.backend_ids).toEqual([id]);
  expect(await echo("afterwards")).toBe("afterwards");
  controller.act({ type: "terminate", backend_id: id, kind: "hard", reason: "external" });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "external", kind: "hard" });
  expect(controller.states(id).filter(({ status }) => status === "ready")).toHaveLength(1);
  client.destroy();
  await second.kill();
});
