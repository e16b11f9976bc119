import type { MetricMakers } from "../../src/shared/figures/metric-makers.ts";
import type { Certificate } from "../tls/certificate.ts";

export type ReadCertificates = () => readonly Pick<Certificate, "names" | "expiresAt">[];

/** When what is served ends, so that somebody can be woken before it does. */
export function tellCertificates({ gauges }: MetricMakers, read: ReadCertificates): void {
  gauges(
    "hangar_proxy_certificate_expires_seconds",
    "When the certificate of a name expires, in seconds since 1970.",
    ["name"],
    // Of two for one name the first is served.
    () =>
      read()
        .toReversed()
        .flatMap(({ names, expiresAt }) =>
          names.map((name) => [{ name }, expiresAt / 1_000] as const),
        ),
  );
}
