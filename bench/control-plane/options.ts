import { parseArgs } from "node:util";

export const STORES = ["SQLite", "PostgreSQL"] as const;
export type StoreName = (typeof STORES)[number];

export interface ControlPlaneOptions {
  json: boolean;
  stores: readonly StoreName[];
  /** How many backends are live, for each round of measurements. */
  live: readonly number[];
  durations: Durations;
  /** A folder for a CPU profile of the controller in each phase. */
  profileDir: string | undefined;
}

export interface Durations {
  restMs: number;
  activityMs: number;
  heartbeatsMs: number;
  loadMs: number;
  /** Until the controller's code is compiled as well as it will be. */
  warmUpMs: number;
}

const FULL = {
  live: [1_000, 10_000, 100_000],
  durations: {
    restMs: 20_000,
    activityMs: 10_000,
    heartbeatsMs: 4_000,
    loadMs: 5_000,
    warmUpMs: 6_000,
  },
};
const QUICK = {
  live: [1_000, 10_000],
  durations: {
    restMs: 8_000,
    activityMs: 6_000,
    heartbeatsMs: 2_000,
    loadMs: 3_000,
    warmUpMs: 4_000,
  },
};

/** One drone for so many backends. */
export const BACKENDS_PER_DRONE = 100;

export const CONTROL_PLANE_OPTIONS =
  "[--quick] [--store sqlite|postgresql] [--live 1000,100000] [--profile DIR] [--json]";

/** As CONTROL_PLANE_OPTIONS says. */
export function parseOptions(words: readonly string[]): ControlPlaneOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      store: { type: "string" },
      live: { type: "string" },
      profile: { type: "string" },
    },
  });
  const stores = STORES.filter((name) => [undefined, name.toLowerCase()].includes(values.store));
  if (stores.length === 0) throw new Error(`--store: ${STORES.join(" or ").toLowerCase()}`);
  const { live, durations } = values.quick ? QUICK : FULL;
  return {
    json: values.json,
    stores,
    live: values.live === undefined ? live : values.live.split(",").map(toCount),
    durations,
    profileDir: values.profile,
  };
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--live: "${text}" is no number`);
  return count;
}
