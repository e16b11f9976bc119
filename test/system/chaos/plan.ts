import { DRONES, engineOf, type Fault, type How, type Target } from "./fault.ts";
import { Random } from "./random.ts";

export interface PlannedFault extends Fault {
  /** After the beginning of its chapter. */
  atMs: number;
}

/**
 * Gentle: only short faults that break no connection, so nothing may be lost. Storm: long ones, many of
 * them at once, so that what should help in one fault meets another.
 */
export type Weather = "changeable" | "gentle" | "storm";

/** Faults that overlap, and then calm, in which everything has to come right again. */
export interface Chapter {
  weather: Weather;
  faults: PlannedFault[];
}

export interface PlanOptions {
  seed: number;
  faults: number;
  /** Mean time from one fault to the next. */
  everyMs: number;
  /** Faults last up to half as long again, in a storm twice as long. */
  expiryMs: number;
  /** Shorter outages than this cost nothing. */
  slackMs: number;
  targets: readonly Target[];
}

const CHAPTER_FAULTS = 20;
const SEASONS: readonly Weather[] = ["changeable", "storm", "changeable", "gentle"];
const AT_ONCE: Record<Weather, number> = { changeable: 3, gentle: 3, storm: 4 };
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
  "dockerd-1": 1.5,
  "dockerd-2": 1.5,
  "dockerd-3": 1.5,
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
    const weather = SEASONS[chapters.length % SEASONS.length] as Weather;
    chapters.push({ weather, faults: planChapter(options, random, { planned, count, weather }) });
    planned += count;
  }
  return chapters;
}

function planChapter(
  options: PlanOptions,
  random: Random,
  { planned, count, weather }: { planned: number; count: number; weather: Weather },
): PlannedFault[] {
  const faults: PlannedFault[] = [];
  let atMs = 0;
  while (faults.length < count) {
    const partner = weather === "storm" ? partnerOf(faults.at(-1), options, random) : undefined;
    atMs += partner === undefined ? random.exponential(options.everyMs) : random.between(0, 500);
    const fault = { ...planFault(options, random, weather), ...partner };
    const open = faults.filter((other) => other.atMs + other.forMs > atMs);
    const isFree = !open.some(({ target }) => target === fault.target);
    if (!isFree || open.length >= AT_ONCE[weather]) continue;
    faults.push({ ...fault, id: planned + faults.length + 1, atMs: Math.round(atMs) });
  }
  return faults;
}

/** A drone and its Engine at once: what the one should end, the other may keep from being ended. */
function partnerOf(
  last: PlannedFault | undefined,
  { targets }: PlanOptions,
  random: Random,
): { target: Target } | undefined {
  const drone = DRONES.find((name) => name === last?.target);
  if (drone === undefined || !random.chance(0.5)) return undefined;
  const target = engineOf(drone);
  return targets.includes(target) ? { target } : undefined;
}

function planFault(options: PlanOptions, random: Random, weather: Weather): Omit<Fault, "id"> {
  const targets = options.targets.filter((name) => weather !== "gentle" || name !== "backend");
  const target = random.weighted(targets.map((name) => [name, WEIGHTS[name]] as const));
  const ofPart = weather === "gentle" ? GENTLE : ANY;
  const how = random.weighted(target === "backend" ? BACKEND : ofPart);
  const [shortest, longest] = lengths(options, weather);
  return {
    target,
    how,
    forMs: target === "backend" ? 0 : Math.round(random.logBetween(shortest, longest)),
    liveRestore: random.chance(0.5),
    pick: random.next(),
  };
}

function lengths({ expiryMs, slackMs }: PlanOptions, weather: Weather): [number, number] {
  switch (weather) {
    case "changeable":
      return [SHORTEST_MS, expiryMs * 1.5];
    case "gentle":
      return [SHORTEST_MS, slackMs / 2];
    case "storm":
      return [expiryMs / 2, expiryMs * 2];
    default:
      return weather satisfies never;
  }
}
