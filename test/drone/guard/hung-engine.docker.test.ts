import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openKiller } from "../../../drone/guard/open-killer.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { openDockerBench } from "../runtime/docker-bench.ts";
import { clear, runOn, scriptOn } from "../runtime/runtime-bench.ts";

/** Forks, so that killing its first process alone would leave some for a moment. */
const FORKING = `
  const { spawn } = require("node:child_process");
  for (let n = 0; n < 5; n += 1) spawn("/proc/self/exe", ["-e", "setInterval(() => {}, 1000)"]);
  require("node:http").createServer((_, response) => response.end(JSON.stringify(process.env)))
    .listen(process.env.PORT);`;

/** An Engine that is paused: it takes connections and answers nothing. */
async function deafEngine(folder: string) {
  const socketPath = join(folder, "docker.sock");
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return { socketPath, close: () => server.close() };
}

test("a container past its lease dies though its Engine hangs, and others live on", async () => {
  await using dir = await tempDir();
  await using bench = await openDockerBench();
  const runtime = bench.open();
  const engine = await deafEngine(dir.path);
  const condemned = await runOn(runtime, scriptOn(bench, FORKING));
  const other = await runOn(runtime, scriptOn(bench, FORKING));
  const config = { dataDir: dir.path, runtime: { name: "docker", ...engine } } as const;
  const killer = openKiller({ clock: systemClock }, config, { drone: "dr-any", cluster: "any" });
  void killer.kill(condemned.id, condemned.location.handle).catch(() => undefined);
  const ended = async () => (await runtime.inspect(condemned.id))?.state === "ended";
  await waitFor("its end", ended);
  expect(await runtime.inspect(condemned.id)).toMatchObject({ state: "ended", exitCode: 137 });
  expect(await runtime.inspect(other.id)).toMatchObject({ state: "running" });
  engine.close();
  await clear(runtime);
});

test("a guard whose Engine is gone for good is done with a container once its processes are dead", async () => {
  await using dir = await tempDir();
  await using bench = await openDockerBench();
  const runtime = bench.open();
  const condemned = await runOn(runtime, scriptOn(bench, FORKING));
  const socketPath = join(dir.path, "nobody.sock");
  const config = { dataDir: dir.path, runtime: { name: "docker", socketPath } } as const;
  const killer = openKiller({ clock: systemClock }, config, { drone: "dr-any", cluster: "any" });
  expect(await killer.kill(condemned.id, condemned.location.handle)).toBe("ended");
  await waitFor("its end", async () => (await runtime.inspect(condemned.id))?.state === "ended");
  await clear(runtime);
});
