import { expect, test } from "vitest";
import { WaitingLine } from "../../controller/connect/waiting-line.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { TestClock } from "../harness/test-clock.ts";

function aLine() {
  const clock = new TestClock();
  return { clock, line: new WaitingLine({ clock, log: recordingLog().log }) };
}

test("who came first is tried first, and who wants too much holds nobody up", async () => {
  const { clock, line } = aLine();
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
  await clock.advance(250);
  room = 1;
  asked.length = 0;
  await clock.advance(250);
  expect(asked).toEqual(["big", "first", "second"]);
  expect(served).toEqual(["first"]);
  room = 6;
  await clock.advance(250);
  await Promise.all(waiting);
  expect(served).toEqual(["first", "big", "second"]);
  await line[Symbol.asyncDispose]();
});

test("who gives up leaves the line, and an attempt that fails is told", async () => {
  const { clock, line } = aLine();
  const patience = new AbortController();
  let tries = 0;
  const givingUp = line.wait(async () => {
    tries += 1;
    return undefined;
  }, patience.signal);
  const failing = line.wait(async () => {
    throw new Error("subdomain taken");
  }, patience.signal);
  await expect(failing).rejects.toThrow("subdomain taken");
  patience.abort();
  expect(await givingUp).toBeUndefined();
  const before = tries;
  await clock.advance(1_000);
  expect(tries).toBe(before);
  await line[Symbol.asyncDispose]();
});
