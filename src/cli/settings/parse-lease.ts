import { InvalidArgumentError } from "commander";
import type { LeaseTimings } from "../../protocol/lease.ts";

const LEAST_GAP_MS = 2_000;
const SECONDS = /^\d+(\.\d+)?$/;

/** "30,40,50,60" or "1.5,2,3,5": a lease's renew, soft, hard and expiry, in seconds. */
export function parseLease(text: string): LeaseTimings {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length !== 4 || !parts.every((part) => SECONDS.test(part))) {
    throw new InvalidArgumentError(
      "Expected four times in seconds: renew,soft,hard,expiry, such as 30,40,50,60.",
    );
  }
  const [renewMs = 0, softMs = 0, hardMs = 0, expiryMs = 0] = parts.map((part) =>
    Math.round(Number(part) * 1_000),
  );
  if (0 < renewMs && renewMs < softMs && softMs < hardMs && hardMs < expiryMs) {
    if (expiryMs - hardMs < LEAST_GAP_MS) {
      throw new InvalidArgumentError(
        `The last two need ${LEAST_GAP_MS / 1_000} s between them: a guard has to notice, and Docker to kill.`,
      );
    }
    return { renewMs, softMs, hardMs, expiryMs };
  }
  throw new InvalidArgumentError(
    "Each must come after the one before: a drone renews, then ends its backends, then kills them, and only then are their keys given away.",
  );
}
