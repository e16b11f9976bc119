import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import { dieAtEach, FEW, momentsOf, rehearse } from "./every-point.ts";
import { firstStages } from "./sqlite-stages.ts";

const PATIENT = { timeout: 600_000 };

const folder = await tempDir();
afterAll(() => folder[Symbol.asyncDispose]());
const program = await bundle(new URL("./doomed-controller.ts", import.meta.url), folder.path);

/** It makes its database with some ninety statements, nearly all in one transaction. */
const EVERY = 5;

test(
  "a controller killed while it makes its database finds on its next start what it needs",
  PATIENT,
  async () => {
    const stages = firstStages(program);
    const points = await rehearse(stages);
    const firstDrone = points.findIndex(({ statement }) =>
      statement.startsWith('insert into "drones"'),
    );
    const moments = [...momentsOf(points.slice(0, firstDrone)).keys()];
    expect(moments.length).toBeGreaterThan(50);
    const some = moments.filter((_, index) => index % EVERY === EVERY - 1);
    const { wrong, missed } = await dieAtEach(stages, some);
    expect(wrong).toEqual([]);
    expect(missed.length).toBeLessThan(some.length * FEW);
  },
);
