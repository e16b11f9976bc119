import type { Point } from "./doom.ts";
import { fatedRun, type Outcome, type Stage } from "./fated-run.ts";

/** A stage of its own for each run: what one has left behind is no business of the next. */
export type Stages = () => Promise<Stage & AsyncDisposable>;

/** The machines that run tests have two cores. */
const AT_ONCE = 2;

/** The points that the whole story passes, from 1 on. */
export async function rehearse(stages: Stages): Promise<Point[]> {
  const { points, violations } = await runOn(stages, {});
  if (violations.length > 0) throw new Error(`nobody died, and yet: ${violations.join("; ")}`);
  // What comes after the last transaction are the drones' farewells.
  return points.slice(0, points.findLastIndex(({ statement }) => statement === "commit") + 1);
}

/** Of the points at which the same is done after the same, the first: the others find nothing new. */
export function distinct(points: readonly Point[]): number[] {
  const seen = new Set<string>();
  return points.flatMap(({ when, statement }, index) => {
    const what = `${when} ${statement} after ${points[index - 1]?.statement}`;
    if (seen.has(what)) return [];
    seen.add(what);
    return [index + 1];
  });
}

/** A controller dies at each of these points; returns what was wrong, and where. */
export async function dieAtEach(stages: Stages, ats: readonly number[]): Promise<string[]> {
  const left = [...ats];
  const wrong: string[] = [];
  const work = async () => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) {
      const { died, points, violations } = await runOn(stages, { at });
      const { when, statement } = points.at(-1) ?? { when: "before", statement: "anything" };
      if (!died) violations.push("it was not killed");
      wrong.push(...violations.map((what) => `point ${at}, ${when} ${statement}: ${what}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

export async function runOn(
  stages: Stages,
  fate: Parameters<typeof fatedRun>[1],
): Promise<Outcome> {
  await using stage = await stages();
  return await fatedRun(stage, fate);
}
