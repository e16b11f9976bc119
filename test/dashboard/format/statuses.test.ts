import { expect, test } from "vitest";
import { SESSION_HEADER } from "../../../dashboard/api/session-header.ts";
import { isFailure, phaseOf, STATUSES } from "../../../dashboard/format/statuses.ts";
import { SESSION_REQUEST_HEADER } from "../../../src/protocol/api-key.ts";
import {
  isEnding,
  isStarting,
  STATUSES as PROTOCOL_STATUSES,
} from "../../../src/protocol/backend-state.ts";

test("the dashboard's copies of what the protocol says are the same", () => {
  expect(STATUSES).toEqual(PROTOCOL_STATUSES);
  expect(SESSION_HEADER).toBe(SESSION_REQUEST_HEADER);
});

test("each status has the phase that the protocol gives it", () => {
  for (const status of PROTOCOL_STATUSES) {
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
