import { expect, test } from "vitest";
import { HangarError } from "../../src/client/hangar-error.ts";
import { retryPauseMs } from "../../src/client/retry.ts";

const refusedConnection = new HangarError("", { code: "unreachable", neverSent: true });
const brokenConnection = new HangarError("", { code: "unreachable" });
const unavailable = (retryAfterSeconds?: number) =>
  new HangarError("", { code: "unavailable", status: 503, retryAfterSeconds });
const full = new HangarError("", { code: "no-drone-available", status: 503, retryAfterSeconds: 1 });
const gateway = new HangarError("", { code: "unexpected-answer", status: 502 });
const internal = new HangarError("", { code: "internal-error", status: 500 });

test.each([
  ["a connection that was never made", refusedConnection, "once", 0, 100],
  ["a connection that was never made, again", refusedConnection, "once", 1, 300],
  ["a connection that was never made, for the third time", refusedConnection, "once", 2, undefined],
  ["a broken connection, under what may be repeated", brokenConnection, "repeatable", 0, 100],
  ["a broken connection, under what may not", brokenConnection, "once", 0, undefined],
  ["a database that is away", unavailable(), "repeatable", 0, 100],
  ["a database that is away, and says for how long", unavailable(2), "repeatable", 0, 2_000],
  ["a database that is away for longer", unavailable(5), "repeatable", 0, undefined],
  ["a gateway in between", gateway, "repeatable", 0, 100],
  ["a full cluster, which is an answer", full, "repeatable", 0, undefined],
  ["a bug of the controller", internal, "repeatable", 0, undefined],
  ["an abort", new Error("stop"), "repeatable", 0, undefined],
] as const)("%s is retried or not, and after how long", (_, error, repeating, done, pauseMs) => {
  expect(retryPauseMs(error, repeating, done)).toBe(pauseMs);
});
