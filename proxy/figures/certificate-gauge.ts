import { Gauge, type Registry } from "prom-client";
import type { Certificate } from "../tls/certificate.ts";

export type ReadCertificates = () => readonly Pick<Certificate, "names" | "expiresAt">[];

/** When what is served ends, so that somebody can be woken before it does. */
export function addCertificateGauge(registry: Registry, read: ReadCertificates): void {
  new Gauge({
    name: "hangar_proxy_certificate_expires_seconds",
    help: "When the certificate of a name expires, in seconds since 1970.",
    registers: [registry],
    labelNames: ["name"],
    aggregator: "min",
    collect() {
      this.reset();
      // Of two for one name the first is served.
      for (const { names, expiresAt } of read().toReversed()) {
        for (const name of names) this.set({ name }, expiresAt / 1_000);
      }
    },
  });
}
