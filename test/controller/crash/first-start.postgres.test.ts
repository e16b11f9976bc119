import { afterAll, expect, test } from "vitest";
import { tempDir } from "../../harness/temp-dir.ts";
import { bundle } from "./bundle.ts";
import { dieAtEach, rehearse } from "./every-point.ts";
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
    const ats = Array.from({ length: firstDrone }, (_, index) => index + 1);
    expect(ats.length).toBeGreaterThan(50);
    expect(
      await dieAtEach(
        stages,
        ats.filter((at) => at % EVERY === 0),
      ),
    ).toEqual([]);
  },
);
