import { expect, test } from "vitest";
import { accepted, withState } from "../../../drone/backend/backend-record.ts";
import { describeEnd } from "../../../drone/backend/describe-end.ts";
import { failed, requestEnd } from "../../../drone/backend/ending.ts";
import { specOf } from "../spec-of.ts";

const address = { host: "10.0.0.1", port: 8080 };
const running = withState(accepted(specOf(), 0), { status: "ready", address }, 0);
const ended = (exitCode: number | undefined, oomKilled = false) =>
  ({ state: "ended", exitCode, oomKilled }) as const;

test("what never ran for the size of its env and command says so", () => {
  const words = ["exec /usr/bin/node: argument list too long"];
  const { message } = describeEnd(running, ended(1), words);
  expect(message).toMatch(/^it exited with code 1: its env and command are too large/);
  for (const [code, tail] of [
    [0, words],
    [1, ["it began", ...words]],
  ] as const) {
    expect(describeEnd(running, ended(code), tail).message).toBe(`it exited with code ${code}`);
  }
});

test("an end by itself is `exited`, with the code", () => {
  expect(describeEnd(running, ended(3), ["last words"])).toEqual({
    status: "terminated",
    reason: "exited",
    exit_code: 3,
    oom_killed: false,
    message: "it exited with code 3",
    log_tail: ["last words"],
  });
});

test("an end for want of memory is `outofmemory`", () => {
  expect(describeEnd(running, ended(137, true), [])).toMatchObject({
    reason: "outofmemory",
    exit_code: 137,
    oom_killed: true,
  });
});

test("an end that was asked for keeps its reason and kind, even for want of memory", () => {
  const stopping = requestEnd(running, { kind: "soft", reason: "swept" }, 1) ?? running;
  expect(describeEnd(stopping, ended(137, true), [])).toEqual({
    status: "terminated",
    reason: "swept",
    kind: "soft",
    exit_code: 137,
    oom_killed: true,
  });
});

test("a failure has a message and no kind, because nobody terminated it", () => {
  const starting = withState(accepted(specOf(), 0), { status: "starting" }, 0);
  const record = failed(starting, { reason: "createfailed", message: "no such network" });
  const end = describeEnd(record, { state: "absent" }, []);
  expect(end).toEqual({
    status: "terminated",
    reason: "createfailed",
    message: "no such network",
  });
});

test("what is gone without a trace is `lost`", () => {
  expect(describeEnd(running, { state: "absent" }, [])).toMatchObject({ reason: "lost" });
});

test("an endless log line is cut", () => {
  const { log_tail } = describeEnd(running, ended(1), ["x".repeat(100_000)]);
  expect(log_tail?.[0]?.length).toBeLessThan(3_000);
});
