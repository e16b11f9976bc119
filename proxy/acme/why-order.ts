/** What is known of the certificate that is served. */
export interface HeldCertificate {
  readonly names: readonly string[];
  readonly validFrom: number;
  readonly expiresAt: number;
  /** Of the CA that has issued it. */
  readonly directory: string;
  /** Since it was ordered. */
  readonly ageMs: number;
}

export interface Wanted {
  readonly domain: string;
  readonly directory: string;
  /** From 0 to 1, another for each proxy. */
  readonly jitter: number;
}

/** Proxies that are told of different CAs must not order in turns, as fast as they can. */
const CHANGE_OF_CA_MS = 600_000;
/** The share of its life that a certificate has left when it is renewed, and how far proxies differ. */
const RENEWAL_SHARE = 1 / 3;
const JITTER_SHARE = 1 / 60;

/** Why a new certificate is to be ordered now; undefined if what is held will do. */
export function whyOrder(
  held: HeldCertificate | undefined,
  { domain, directory, jitter }: Wanted,
  nowMs: number,
): string | undefined {
  if (held === undefined) return "there is none";
  const missing = namesOf(domain).filter((name) => !held.names.includes(name));
  if (missing.length > 0) return `it is not for ${missing.join(", ")}`;
  if (nowMs >= renewsAt(held, jitter)) return "a third of its life is left";
  const otherCa = held.directory !== directory && held.ageMs >= CHANGE_OF_CA_MS;
  return otherCa ? "it is another CA's" : undefined;
}

export function renewsAt(
  { validFrom, expiresAt }: Pick<HeldCertificate, "validFrom" | "expiresAt">,
  jitter: number,
): number {
  return expiresAt - (expiresAt - validFrom) * (RENEWAL_SHARE - JITTER_SHARE * jitter);
}

/** The cluster's own host, and every backend's. */
export function namesOf(domain: string): readonly [string, string] {
  return [domain, `*.${domain}`];
}
