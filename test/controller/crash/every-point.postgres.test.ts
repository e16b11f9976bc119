import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import { dieAtEach, distinct, rehearse } from "./every-point.ts";
import { postgresStages } from "./postgres-stages.ts";
import { sqliteStages } from "./sqlite-stages.ts";

const PATIENT = { timeout: 600_000 };

const folder = await tempDir();
afterAll(() => folder[Symbol.asyncDispose]());
const program = await bundle(new URL("./doomed-controller.ts", import.meta.url), folder.path);

test(
  "on SQLite, a controller killed before or after any write leaves nothing half-done",
  PATIENT,
  async () => {
    const stages = await sqliteStages(program, folder.path);
    const ats = distinct(await rehearse(stages));
    expect(ats.length).toBeGreaterThan(40);
    expect(await dieAtEach(stages, ats)).toEqual([]);
  },
);

/**
 * Within a transaction a server undoes all alike, and SQLite's test is at each of its writes: so every
 * fourth of these, and each moment around what stands for good.
 */
const EVERY = 4;

test(
  "on PostgreSQL, a controller killed around any commit leaves nothing half-done",
  PATIENT,
  async () => {
    const stages = await postgresStages(program, folder.path);
    const points = await rehearse(stages);
    const ats = distinct(points).filter(
      (at) => points[at - 1]?.when !== "before" || at % EVERY === 0,
    );
    expect(ats.length).toBeGreaterThan(30);
    expect(await dieAtEach(stages, ats)).toEqual([]);
  },
);
