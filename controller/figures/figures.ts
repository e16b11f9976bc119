import type { TerminationReason } from "../../src/protocol/backend-state.ts";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { FixedHistogram } from "../../src/shared/figures/fixed-histogram.ts";
import type { Change, SpawnOutcome } from "../store/store.ts";
import { RouteTally } from "./route-tally.ts";

/** Milliseconds: from an image that is here and a process that answers at once to a large pull. */
const SPAWN_BOUNDS_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000];
const QUEUE_BOUNDS_MS = [250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000];
/** One histogram for each kind of call, so few. */
const DATABASE_BOUNDS_MS = [0.5, 1, 5, 10, 50, 100, 500, 1_000, 5_000];

export const SPAWN_STEPS = ["pull", "create", "start", "first-answer"] as const;
type SpawnStep = (typeof SPAWN_STEPS)[number];

/** All that a controller counts from its start on: numbers, which somebody else reads when asked. */
export class Figures {
  readonly #routes: RouteTally[] = [];
  /** "spawned", "found", or the code of the refusal. */
  readonly connects = new Map<ConnectOutcome, number>();
  readonly errors = new Map<ErrorCode, number>();
  streamsOpen = 0;
  readonly queueWaitMs = new FixedHistogram(QUEUE_BOUNDS_MS);

  readonly claims = new Map<SpawnOutcome["kind"], number>();
  readonly spawnMs = new FixedHistogram(SPAWN_BOUNDS_MS);
  readonly stepMs: Record<SpawnStep, FixedHistogram> = {
    pull: new FixedHistogram(SPAWN_BOUNDS_MS),
    create: new FixedHistogram(SPAWN_BOUNDS_MS),
    start: new FixedHistogram(SPAWN_BOUNDS_MS),
    "first-answer": new FixedHistogram(SPAWN_BOUNDS_MS),
  };
  spawnsRefused = 0;
  spawnsMoved = 0;
  spawnsAbandoned = 0;
  reportsAccepted = 0;
  reportsStale = 0;
  readonly ended = new Map<TerminationReason, number>();
  swept = 0;
  disowned = 0;

  readonly leases = new Map<LeaseOutcome, number>();
  /** Backends whose own lease was revoked. */
  leasesRefused = 0;
  dronesFenced = 0;
  backendsFenced = 0;

  readonly changes = new Map<Change["kind"], number>();
  readonly databaseMs = new Map<string, FixedHistogram>();
  readonly databaseErrors = { away: 0, other: 0 };
  isDatabaseUp = true;

  /** What is asked of one route is counted there. */
  route(method: string, url: string): RouteTally {
    const tally = new RouteTally(method, url);
    this.#routes.push(tally);
    return tally;
  }

  /** Those that were ever asked. */
  get routes(): readonly RouteTally[] {
    return this.#routes.filter(({ tookMs }) => tookMs.total > 0);
  }

  databaseCall(name: string, tookMs: number): void {
    const known = this.databaseMs.get(name);
    const histogram = known ?? new FixedHistogram(DATABASE_BOUNDS_MS);
    if (known === undefined) this.databaseMs.set(name, histogram);
    histogram.observe(tookMs);
  }
}

export type ConnectOutcome = "spawned" | "found" | ErrorCode;
export type LeaseOutcome = "renewed" | "session-over" | "not-judged-yet";
