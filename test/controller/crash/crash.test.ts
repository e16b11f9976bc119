import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import type { Point } from "./doom.ts";
import { dieAtEach, rehearse, runOn } from "./every-point.ts";
import { sqliteStages } from "./sqlite-stages.ts";

const PATIENT = { timeout: 120_000 };

const folder = await tempDir();
afterAll(() => folder[Symbol.asyncDispose]());
const program = await bundle(new URL("./doomed-controller.ts", import.meta.url), folder.path);
const stages = await sqliteStages(program, folder.path);

/** The spawn, the refusal, the move and the end: all of these write several rows that belong together. */
const HEARTS = ['insert into "backends"', 'delete from "actions"', 'update "keys"'];

test(
  "a controller killed in the middle of a spawn, a move or an end leaves nothing half-done",
  PATIENT,
  async () => {
    const points = await rehearse(stages);
    const hearts = HEARTS.map((heart) =>
      points.findIndex(({ statement }) => statement.startsWith(heart)),
    );
    const committed = points.findIndex(
      ({ when, statement }, at) =>
        when === "after" && statement === "commit" && at > (hearts[0] ?? 0),
    );
    const ats = [...hearts, committed].map((index) => index + 1);
    expect(ats).not.toContain(0);
    expect(await dieAtEach(stages, ats)).toEqual([]);
  },
);

/** After this statement a spawn has its backend and its room, and no action yet. */
const HALF = 'update "drones" set "live_backends"';

test("half of a spawn would be seen, if there were no transactions", PATIENT, async () => {
  const isHalf = ({ when, statement }: Point) => when === "after" && statement.startsWith(HALF);
  let { points } = await runOn(stages, { broken: true });
  // Upkeep comes by when it is time, and moves what comes after it by a few points.
  for (let tries = 0; tries < 5; tries += 1) {
    const run = await runOn(stages, { broken: true, at: points.findIndex(isHalf) + 1 });
    const last = run.points.at(-1);
    if (last !== undefined && isHalf(last)) {
      expect(run.violations.join()).toContain("a backend that nobody was asked to begin");
      return;
    }
    ({ points } = await runOn(stages, { broken: true }));
  }
  expect.unreachable("it never died in the middle of a spawn");
});
