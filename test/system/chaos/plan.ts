import type { Fault, How, Target } from "./fault.ts";
import { Random } from "./random.ts";

export interface PlannedFault extends Fault {
  /** After the beginning of its chapter. */
  atMs: number;
}

/** Faults that overlap, and then calm, in which everything has to come right again. */
export interface Chapter {
  /** Only short faults that break no connection: nothing may be lost in it. */
  gentle: boolean;
  faults: PlannedFault[];
}

export interface PlanOptions {
  seed: number;
  faults: number;
  /** Mean time from one fault to the next. */
  everyMs: number;
  /** Faults last up to half as long again. */
  expiryMs: number;
  /** Shorter outages than this cost nothing. */
  slackMs: number;
  targets: readonly Target[];
}

const CHAPTER_FAULTS = 20;
const GENTLE_EVERY = 4;
const AT_ONCE = 3;
const SHORTEST_MS = 100;

const WEIGHTS: Record<Target, number> = {
  "controller-a": 3,
  "controller-b": 3,
  "drone-1": 3,
  "drone-2": 3,
  "drone-3": 3,
  "proxy-1": 2,
  "proxy-2": 2,
  postgres: 3,
  dockerd: 2.5,
  backend: 1.5,
};
const ANY: readonly (readonly [How, number])[] = [
  ["kill", 4],
  ["restart", 2],
  ["pause", 3],
  ["crawl", 1],
  ["cut", 2],
  ["hole", 2],
  ["deaf", 1],
  ["mute", 1],
  ["slow", 2],
];
const GENTLE = ANY.filter(([how]) => !["kill", "restart", "cut"].includes(how));
const BACKEND: readonly (readonly [How, number])[] = [
  ["kill", 2],
  ["remove", 1],
];

/** The same seed gives the same faults at the same moments. */
export function planFaults(options: PlanOptions): Chapter[] {
  const random = new Random(options.seed);
  const chapters: Chapter[] = [];
  for (let planned = 0; planned < options.faults; ) {
    const count = Math.min(CHAPTER_FAULTS, options.faults - planned);
    const gentle = chapters.length % GENTLE_EVERY === GENTLE_EVERY - 1;
    chapters.push({ gentle, faults: planChapter(options, random, { planned, count, gentle }) });
    planned += count;
  }
  return chapters;
}

function planChapter(
  options: PlanOptions,
  random: Random,
  { planned, count, gentle }: { planned: number; count: number; gentle: boolean },
): PlannedFault[] {
  const faults: PlannedFault[] = [];
  let atMs = 0;
  while (faults.length < count) {
    atMs += random.exponential(options.everyMs);
    const fault = planFault(options, random, gentle);
    if (!fits(faults, fault.target, atMs)) continue;
    faults.push({ ...fault, id: planned + faults.length + 1, atMs: Math.round(atMs) });
  }
  return faults;
}

/** One at a time for each target, and not so many that nothing is left to go wrong. */
function fits(faults: readonly PlannedFault[], target: Target, atMs: number): boolean {
  const open = faults.filter((fault) => fault.atMs + fault.forMs > atMs);
  return open.length < AT_ONCE && !open.some((fault) => fault.target === target);
}

function planFault(
  { targets, expiryMs, slackMs }: PlanOptions,
  random: Random,
  gentle: boolean,
): Omit<Fault, "id"> {
  const possible = targets.filter((target) => !gentle || target !== "backend");
  const target = random.weighted(possible.map((name) => [name, WEIGHTS[name]] as const));
  const how = random.weighted(target === "backend" ? BACKEND : gentle ? GENTLE : ANY);
  const longest = gentle ? slackMs / 2 : expiryMs * 1.5;
  return {
    target,
    how,
    forMs: target === "backend" ? 0 : Math.round(random.logBetween(SHORTEST_MS, longest)),
    liveRestore: random.chance(0.5),
    pick: random.next(),
  };
}
