import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControllerConfig } from "../../controller/config.ts";
import { type Controller, startController } from "../../controller/index.ts";
import { type Drone, startDrone } from "../../drone/index.ts";
import { createClient } from "../../src/client/client.ts";
import type { Backend } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { endBackends } from "./end-backends.ts";
import { recordingLog } from "./recording-log.ts";
import { tempDir } from "./temp-dir.ts";
import { waitFor } from "./wait-for.ts";

const CLUSTER = "localhost:9090";

/**
 * Prints what it is told to by its address: `/print/TEXT`, `/lines/COUNT/LENGTH`, `/endless/MIB` without
 * a line end, `/burn` keeps a core busy for a second, `/exit/CODE`.
 */
const PRINTER = `
const print = (text, on = process.stdout) => new Promise((done) => on.write(text, done));
require("node:http").createServer(async (request, response) => {
  const [, command, a, b] = decodeURIComponent(request.url).split("/");
  if (command === "print") await print(a + "\\n");
  if (command === "lines") {
    for (let count = 1; count <= Number(a); count += 1) await print((count + " ").padEnd(Number(b), "x") + "\\n");
  }
  if (command === "endless") {
    const mib = "y".repeat(1048576);
    for (let count = 0; count < Number(a); count += 1) await print(mib);
  }
  if (command === "burn") for (const end = Date.now() + 1000; Date.now() < end;);
  response.end(String(process.pid));
  if (command === "exit") process.exit(Number(a));
}).listen(process.env.PORT, "127.0.0.1", () => print("listening\\n"));
process.on("SIGTERM", () => process.exit());
setTimeout(() => process.exit(), 120000);
`;

/** A controller and a drone of plain processes, over real sockets, that can each be had again. */
export async function processHangar(overrides: Partial<ControllerConfig> = {}) {
  const stack = new ServiceStack();
  const dir = stack.use(await tempDir());
  const { log, lines: logLines } = recordingLog();
  const appsDir = join(dir.path, "apps");
  await mkdir(join(appsDir, "printer"), { recursive: true });
  await writeFile(join(appsDir, "printer", "index.js"), PRINTER);
  const startOne = async (name: string): Promise<Controller> => {
    const place = { host: "127.0.0.1", port: 0, cluster: CLUSTER, dataDir: join(dir.path, name) };
    await mkdir(place.dataDir, { recursive: true });
    return stack.use(
      await startController(
        { clock: systemClock, log },
        { ...place, sweepIntervalMs: 20, ...overrides },
      ),
    );
  };
  const controller = await startOne("controller");
  const startAgain = async (): Promise<Drone> =>
    stack.use(
      await startDrone(
        { clock: systemClock, log },
        {
          controllerUrl: controller.url,
          key: controller.keys.drone,
          ...{ name: "dr-one", cluster: CLUSTER, pool: "" },
          dataDir: join(dir.path, "drone"),
          runtime: { name: "process", appsDir, maxOutputBytes: 128 * 1_048_576 },
          guard: "external",
        },
      ),
    );
  const drone = await startAgain();
  const get = (path: string, headers: Record<string, string> = {}, from = controller) =>
    fetch(from.url + path, { headers: { authorization: `Bearer ${from.keys.admin}`, ...headers } });
  const json = async <T>(path: string, from = controller) =>
    (await (await get(path, { accept: "application/json" }, from)).json()) as T;
  const post = async <T>(path: string, body: unknown) => {
    const headers = {
      authorization: `Bearer ${controller.keys.admin}`,
      "content-type": "application/json",
    };
    const response = await fetch(controller.url + path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  return {
    ...{ controller, drone, startAgain, startOne, get, json, post, logLines },
    /** Spawns a printer; resolves with its id, ready if that is asked for. */
    async spawn(wait: object = { wait: "ready" }): Promise<string> {
      const answer = await waitFor("a spawn", async () => {
        const { status, body } = await post<ConnectResponse>("/v1/connect", {
          spawn: { image: "printer", grace_seconds: 1 },
          ...wait,
        });
        return status === 200 ? body : undefined;
      });
      return answer.backend_id;
    },
    /** Tells a printer what to do. */
    async tell(id: string, path: string): Promise<string> {
      const { address } = await json<Backend>(`/v1/backends/${id}`);
      return await (await fetch(`http://${address?.host}:${address?.port}/${path}`)).text();
    },
    async [Symbol.asyncDispose]() {
      const { url, keys } = controller;
      // A test may have taken the controller or the drone away.
      await endBackends(createClient({ url, key: keys.admin }), 10_000).catch(() => undefined);
      await stack[Symbol.asyncDispose]();
    },
  };
}
