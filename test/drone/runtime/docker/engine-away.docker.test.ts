import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openDockerRuntime } from "../../../../drone/runtime/docker/docker-runtime.ts";
import {
  type Runtime,
  type RuntimeEvent,
  RuntimeUnavailable,
} from "../../../../drone/runtime/runtime.ts";
import { recordingLog } from "../../../harness/recording-log.ts";
import { TestClock } from "../../../harness/test-clock.ts";
import { waitFor } from "../../../harness/wait-for.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { ask, clear, runOn, specOn } from "../runtime-bench.ts";
import { type CuttableSocket, openCuttableSocket } from "./cuttable-socket.ts";

let bench: DockerBench;
let socket: CuttableSocket;
let runtime: Runtime;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await openDockerBench();
});
beforeEach(async () => {
  socket = await openCuttableSocket();
  runtime = bench.open(undefined, { socketPath: socket.path });
});
afterEach(async () => {
  await clear(bench.open());
  await socket[Symbol.asyncDispose]();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("while the Engine is away every step says so, health says why, and both recover by themselves", async () => {
  await socket.cut();
  const spec = specOn(bench);
  const id = spec.backend_id;
  const steps = [
    () => runtime.pull(spec, () => {}, signal),
    () => runtime.create(spec),
    () => runtime.start(spec),
    () => runtime.stop(id, 1),
    () => runtime.kill(id),
    () => runtime.remove(id),
    () => runtime.inspect(id),
    () => runtime.list(),
    () => runtime.logTail(id, 20),
  ];
  for (const step of steps) await expect(step()).rejects.toBeInstanceOf(RuntimeUnavailable);
  expect(await runtime.health()).toEqual({
    ok: false,
    images: [],
    error: expect.stringContaining(`connect ENOENT ${socket.path}`),
  });
  await socket.restore();
  expect(await runtime.health()).toMatchObject({ ok: true });
  await runOn(runtime, spec);
});

test("an Engine that hangs is away, as far as health can tell within seconds", async () => {
  const clock = new TestClock();
  const { log } = recordingLog();
  const hanging = openDockerRuntime(
    { clock, log },
    {
      name: "docker",
      socketPath: socket.path,
      network: bench.network,
      allowedNetworks: [],
      droneName: "dr-test",
      clusterName: "test",
    },
  );
  socket.hang();
  const health = hanging.health();
  await waitFor("the request", () => socket.requests.length > 0);
  await clock.advance(10_000);
  expect(await health).toMatchObject({ ok: false, error: "Docker gave no answer within 10 s" });
});

test("a connection that breaks in the middle of a step means that the Engine is away", async () => {
  const { id } = await runOn(runtime, specOn(bench, { env: { MODE: "stubborn" } }));
  const stop = expect(runtime.stop(id, 30)).rejects.toBeInstanceOf(RuntimeUnavailable);
  await waitFor("the request", () => socket.requests.some((head) => head.includes("/stop")));
  await socket.cut();
  await stop;
});

test("a watch whose stream broke says resync when it is back, and tells of ends again", async () => {
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const watching = runtime.watch((event) => events.push(event), stop.signal);
  await waitFor("the watch", () => events.length === 1);
  const direct = bench.open();
  const [one, two] = [await runOn(direct, specOn(bench)), await runOn(direct, specOn(bench))];

  await socket.cut();
  await ask(one.location.address, "/exit/1");
  await waitFor("the end that was missed", async () => {
    return (await direct.inspect(one.id))?.state === "ended";
  });
  expect(events).toEqual([{ kind: "resync" }]);

  await socket.restore();
  await waitFor("the resync", () => events.filter(({ kind }) => kind === "resync").length === 2);
  await ask(two.location.address, "/exit/0");
  await waitFor("the end", () =>
    events.some((event) => event.kind === "ended" && event.id === two.id),
  );
  stop.abort();
  await watching;
});

test("a watch that begins while the Engine is away begins with resync once it is there", async () => {
  await socket.cut();
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const watching = runtime.watch((event) => events.push(event), stop.signal);
  await socket.restore();
  await waitFor("the resync", () => events.length > 0);
  expect(events).toEqual([{ kind: "resync" }]);
  stop.abort();
  await watching;
});

test("a watch ends when its signal aborts, also while it waits for the Engine", async () => {
  await socket.cut();
  const stop = new AbortController();
  const watching = runtime.watch(() => {}, stop.signal);
  stop.abort();
  await watching;
});
