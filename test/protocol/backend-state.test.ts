import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, type BackendState } from "../../src/protocol/backend-state.ts";
import { isEnding, isStarting, rank, STATUSES } from "../../src/protocol/statuses.ts";

const address = { host: "10.0.0.2", port: 8080 };
const anyState = fc.constantFrom<BackendState>(
  { status: "scheduled" },
  { status: "loading" },
  { status: "starting" },
  { status: "waiting", address },
  { status: "ready", address },
  { status: "terminating", reason: "swept" },
  { status: "hard-terminating", reason: "external" },
  { status: "terminated", reason: "exited", exit_code: 0 },
);

test("however reports arrive, a backend never goes back and no terminal state is followed by another", () => {
  fc.assert(
    fc.property(fc.array(anyState, { maxLength: 30 }), (reports) => {
      let state: BackendState = { status: "scheduled" };
      for (const report of reports) {
        const next = advance(state, report);
        expect(rank(next.status)).toBeGreaterThanOrEqual(rank(state.status));
        if (state.status === "terminated") expect(next).toBe(state);
        state = next;
      }
    }),
  );
});

test("a repeated report changes nothing", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      expect(advance(state, { ...state })).toBe(state);
    }),
  );
});

test("every status is either starting, ready or ending", () => {
  const kinds = STATUSES.map((status) => [
    isStarting(status),
    status === "ready",
    isEnding(status),
  ]);
  expect(kinds.map((flags) => flags.filter(Boolean).length)).toEqual(STATUSES.map(() => 1));
});
