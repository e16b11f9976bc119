import type { Clock } from "../../src/shared/clock.ts";
import type { ControllerConfig } from "../config.ts";
import { FailedTries } from "./failed-tries.ts";
import type { KeyRing } from "./key-ring.ts";
import { TokenBuckets } from "./token-buckets.ts";

export interface OpenAccessDeps {
  clock: Clock;
  ring: Pick<KeyRing, "key" | "session" | "knows" | "hold">;
  publicUrl(): string;
}

/** Beyond it, those that were not heard of for longest begin with a full bucket. */
const MAX_LIMITED_KEYS = 10_000;

/** What the guard of the API needs to tell who may pass. */
export function openAccess(
  { clock, ring, publicUrl }: OpenAccessDeps,
  { rateLimit }: Pick<ControllerConfig, "rateLimit">,
) {
  return {
    ring,
    publicUrl,
    failed: new FailedTries(clock),
    buckets: new TokenBuckets(clock, MAX_LIMITED_KEYS),
    defaultRateLimit: rateLimit ?? null,
  };
}
