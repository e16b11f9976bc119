import { expect, test } from "vitest";
import { RuntimeRefusal } from "../../../drone/runtime/runtime.ts";
import { DroneStreams } from "../../../drone/streams/drone-streams.ts";
import type { DroneToController } from "../../../src/protocol/drone-messages.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { MAX_DRONE_STREAMS } from "../../../src/protocol/timings.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";

/** Output that nothing comes of until its reader goes. */
async function* silent(signal: AbortSignal): AsyncGenerator<never> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

test("a drone that tells as many streams as it can says so, and has room again once one is closed", async () => {
  const said: DroneToController[] = [];
  await using streams = new DroneStreams({
    runtime: { logs: async (_id, _query, signal) => silent(signal), usage: async () => new Map() },
    clock: new TestClock(),
    log: recordingLog().log,
    send: (message) => said.push(message) > 0,
  });
  const backend_id = newBackendId();
  const all = { follow: true, stdout: true, stderr: true };
  const open = (stream_id: string) =>
    streams.receive({
      ...{ type: "stream-open", stream_id, credit: 4 },
      what: { kind: "logs", backend_id, ...all },
    });
  for (let number = 1; number <= MAX_DRONE_STREAMS; number += 1) open(`stream-${number}`);
  expect(said).toEqual([]);
  open("one-too-many");
  expect(said).toEqual([
    {
      ...{ type: "stream-end", stream_id: "one-too-many", frames: 0 },
      problem: { code: "too-many", message: "the drone tells 1000 streams already" },
    },
  ]);
  streams.receive({ type: "stream-close", stream_id: "stream-1" });
  await waitFor("room for another", () => {
    said.length = 0;
    open("another-one");
    return said.length === 0;
  });
});

test("what the runtime refuses is told as that, and is no fault to be logged", async () => {
  const said: DroneToController[] = [];
  const { log, lines } = recordingLog();
  await using streams = new DroneStreams({
    runtime: {
      logs: async () => Promise.reject(new RuntimeRefusal("Bad parameters")),
      usage: async () => new Map(),
    },
    clock: new TestClock(),
    log,
    send: (message) => said.push(message) > 0,
  });
  streams.receive({
    ...{ type: "stream-open", stream_id: "stream-1", credit: 4 },
    what: { kind: "logs", backend_id: newBackendId(), follow: true, stdout: true, stderr: true },
  });
  await waitFor("its end", () => said.length > 0);
  const problem = { code: "refused", message: "Bad parameters" };
  expect(said).toEqual([{ type: "stream-end", stream_id: "stream-1", frames: 0, problem }]);
  expect(lines).toEqual([]);
});
