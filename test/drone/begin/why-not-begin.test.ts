import { expect, test } from "vitest";
import { type BeginSituation, whyNotBegin } from "../../../drone/begin/why-not-begin.ts";

const fit: BeginSituation = {
  beginBy: { clock: "boot", ms: 100 },
  now: { clock: "boot", ms: 99 },
  lease: "held",
  runtime: { ok: true, images: [] },
  liveBackends: 2,
  maxBackends: 3,
  closing: false,
};

test("a spawn begins where there is time, a lease, a runtime and room", () => {
  expect(whyNotBegin(fit)).toBeUndefined();
  expect(whyNotBegin({ ...fit, liveBackends: 1_000, maxBackends: undefined })).toBeUndefined();
});

test.each<[string, Partial<BeginSituation>, string]>([
  ["its time is over", { now: { clock: "boot", ms: 100 } }, "the time to begin it is over"],
  [
    "its time is of another boot",
    { now: { clock: "next", ms: 1 } },
    "the time to begin it is over",
  ],
  ["there is no lease", { lease: "none" }, "the drone holds no lease"],
  ["the lease is past soft", { lease: "soft" }, "the drone's lease has lapsed"],
  ["the lease is past hard", { lease: "hard" }, "the drone's lease has lapsed"],
  ["nothing is known of the runtime", { runtime: undefined }, "the runtime has not answered yet"],
  [
    "the runtime is away",
    { runtime: { ok: false, error: "no socket", images: [] } },
    "the runtime is away: no socket",
  ],
  ["the drone is full", { liveBackends: 3 }, "the drone is full: it has 3 of at most 3 backends"],
  ["the drone is stopping", { closing: true }, "the drone is stopping"],
])("a spawn does not begin when %s", (_, differs, because) => {
  expect(whyNotBegin({ ...fit, ...differs })).toBe(because);
});
