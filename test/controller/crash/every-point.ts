import { momentOf, type Point } from "./doom.ts";
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

/** The different moments of these points, each with the point that comes first in it. */
export function momentsOf(points: readonly Point[]): Map<string, Point> {
  const firsts = new Map<string, Point>();
  for (const point of points) {
    const moment = momentOf(point);
    if (!firsts.has(moment)) firsts.set(moment, point);
  }
  return firsts;
}

/** The share of moments that may not come again: what is committed together differs from run to run. */
export const FEW = 0.2;

/** What came of deaths. */
export interface Deaths {
  /** What was wrong, and where. */
  wrong: string[];
  /** Moments that did not come again. */
  missed: string[];
}

/** A controller dies at each of these moments. */
export async function dieAtEach(stages: Stages, moments: Iterable<string>): Promise<Deaths> {
  const left = [...moments];
  const deaths: Deaths = { wrong: [], missed: [] };
  const work = async () => {
    for (let moment = left.shift(); moment !== undefined; moment = left.shift()) {
      const { died, violations } = await runOn(stages, { moment });
      if (!died) deaths.missed.push(moment);
      deaths.wrong.push(...violations.map((what) => `${moment}: ${what}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return deaths;
}

export async function runOn(
  stages: Stages,
  fate: Parameters<typeof fatedRun>[1],
): Promise<Outcome> {
  await using stage = await stages();
  return await fatedRun(stage, fate);
}
