import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { Certificate } from "./certificate.ts";
import type { CertificateShelf } from "./certificate-shelf.ts";

const CHECK_INTERVAL_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;

/** Says in the log, some times a day, which certificates are about to expire or have. */
export function warnOfExpiry(deps: {
  clock: Clock;
  log: Log;
  shelf: CertificateShelf;
}): AsyncDisposable {
  const { clock, log, shelf } = deps;
  return repeat(deps, "check certificates", CHECK_INTERVAL_MS, () => {
    for (const certificate of shelf.certificates) {
      const remainingMs = certificate.expiresAt - clock.now();
      if (!isExpiring(certificate, clock.now())) continue;
      const daysLeft = Math.floor(remainingMs / DAY_MS);
      const { names } = certificate;
      if (remainingMs <= 0) log.error({ names, daysLeft }, "certificate has expired");
      else log.warn({ names, daysLeft }, "certificate expires soon");
    }
  });
}

/** With less than a sixth of its life left: what is renewed in time has been by then. */
export function isExpiring(
  { validFrom, expiresAt }: Pick<Certificate, "validFrom" | "expiresAt">,
  nowMs: number,
): boolean {
  return expiresAt - nowMs < (expiresAt - validFrom) / 6;
}
