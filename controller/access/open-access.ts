import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ControllerConfig } from "../config.ts";
import { FailedTries } from "./failed-tries.ts";
import { ForwardAuth } from "./forward-auth.ts";
import type { KeyRing } from "./key-ring.ts";
import { OpenStreams } from "./open-streams.ts";
import { TokenBuckets } from "./token-buckets.ts";

export interface OpenAccessDeps {
  clock: Clock;
  log: Log;
  ring: Pick<KeyRing, "key" | "session" | "knows" | "hold" | "lastKnown">;
  publicUrl(): string;
  limits: { maxConnections: number };
}

/** Beyond it, those that were not heard of for longest begin with a full bucket. */
const MAX_LIMITED_KEYS = 10_000;

/** Half of all connections: so other requests find one, however many watch. */
const maxStreamsOf = (connections: number) => Math.max(1, Math.floor(connections / 2));

/** What the guard of the API needs to tell who may pass. */
export function openAccess(
  { clock, log, ring, publicUrl, limits }: OpenAccessDeps,
  { rateLimit, forwardAuth }: Pick<ControllerConfig, "rateLimit" | "forwardAuth">,
) {
  return {
    ring,
    publicUrl,
    forwardAuth: forwardAuth === undefined ? null : new ForwardAuth({ clock, log }, forwardAuth),
    failed: new FailedTries(clock),
    buckets: new TokenBuckets(clock, MAX_LIMITED_KEYS),
    openStreams: new OpenStreams(maxStreamsOf(limits.maxConnections)),
    defaultRateLimit: rateLimit ?? null,
  };
}
