import { expect, test } from "vitest";
import { isFailure, phaseOf } from "../../../dashboard/format/statuses.ts";
import { isEnding, isStarting, STATUSES } from "../../../src/protocol/statuses.ts";

test("each status has the phase that the protocol gives it", () => {
  for (const status of STATUSES) {
    const phase = phaseOf(status);
    expect([status, phase === "starting"]).toEqual([status, isStarting(status)]);
    expect([status, phase === "ending" || phase === "ended"]).toEqual([status, isEnding(status)]);
  }
});

test("an end that somebody asked for is no failure, nor is an exit with code 0", () => {
  expect(isFailure("swept")).toBe(false);
  expect(isFailure("external", 137)).toBe(false);
  expect(isFailure("exited", 0)).toBe(false);
  expect(isFailure("exited", 1)).toBe(true);
  expect(isFailure("outofmemory")).toBe(true);
  expect(isFailure(undefined)).toBe(false);
});
