import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import { dieAtEach, FEW, momentsOf, rehearse } from "./every-point.ts";
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
    const moments = [...momentsOf(await rehearse(stages)).keys()];
    expect(moments.length).toBeGreaterThan(40);
    const { wrong, missed } = await dieAtEach(stages, moments);
    expect(wrong).toEqual([]);
    expect(missed.length).toBeLessThan(moments.length * FEW);
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
    const moments = [...momentsOf(await rehearse(stages))]
      .filter(([, { when }], index) => when !== "before" || index % EVERY === 0)
      .map(([moment]) => moment);
    expect(moments.length).toBeGreaterThan(30);
    const { wrong, missed } = await dieAtEach(stages, moments);
    expect(wrong).toEqual([]);
    expect(missed.length).toBeLessThan(moments.length * FEW);
  },
);
