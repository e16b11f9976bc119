import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import { momentOf, type Point } from "./doom.ts";
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
    const ats = [...hearts, committed];
    expect(ats).not.toContain(-1);
    const moments = ats.map((at) => momentAt(points, at));
    expect(await dieAtEach(stages, moments)).toEqual({ wrong: [], missed: [] });
  },
);

/** After this statement a spawn has its backend and its room, and no action yet. */
const HALF = 'update "drones" set "live_backends"';

test("half of a spawn would be seen, if there were no transactions", PATIENT, async () => {
  const { points } = await runOn(stages, { broken: true });
  const half = points.findIndex(
    ({ when, statement }) => when === "after" && statement.startsWith(HALF),
  );
  expect(half).toBeGreaterThan(-1);
  const { violations } = await runOn(stages, { broken: true, moment: momentAt(points, half) });
  expect(violations.join()).toContain("a backend that nobody was asked to begin");
});

function momentAt(points: readonly Point[], at: number): string {
  const point = points[at];
  if (point === undefined) throw new Error(`there is no point ${at}`);
  return momentOf(point);
}
