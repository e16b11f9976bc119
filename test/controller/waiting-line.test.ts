import { expect, test } from "vitest";
import { WaitingLine } from "../../controller/connect/waiting-line.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { TestClock } from "../harness/test-clock.ts";

function aLine() {
  const clock = new TestClock();
  const line = new WaitingLine({ clock, log: recordingLog().log });
  return {
    line,
    /** Until those in line have been tried once more. */
    async round() {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(250);
    },
  };
}

test("who came first is tried first, and who wants too much holds nobody up", async () => {
  const { line, round } = aLine();
  const asked: string[] = [];
  let room = 0;
  const attempt = (name: string, wants: number) => async () => {
    asked.push(name);
    if (wants > room) return undefined;
    room -= wants;
    return name;
  };
  const never = new AbortController().signal;
  const served: string[] = [];
  const waiting = [
    line.wait(attempt("big", 5), never),
    line.wait(attempt("first", 1), never),
    line.wait(attempt("second", 1), never),
  ].map((each) => each.then((name) => served.push(name ?? "nobody")));
  await round();
  room = 1;
  asked.length = 0;
  await round();
  expect(asked).toEqual(["big", "first", "second"]);
  expect(served).toEqual(["first"]);
  room = 6;
  await round();
  await Promise.all(waiting);
  expect(served).toEqual(["first", "big", "second"]);
  await line[Symbol.asyncDispose]();
});

test("who gives up leaves the line, and an attempt that fails is told", async () => {
  const { line, round } = aLine();
  const patience = new AbortController();
  let tries = 0;
  const givingUp = line.wait(async () => {
    tries += 1;
    return undefined;
  }, patience.signal);
  const failing = line.wait(async () => {
    throw new Error("subdomain taken");
  }, patience.signal);
  const told = expect(failing).rejects.toThrow("subdomain taken");
  await round();
  await told;
  patience.abort();
  expect(await givingUp).toBeUndefined();
  const before = tries;
  await round();
  expect(tries).toBe(before);
  await line[Symbol.asyncDispose]();
});
