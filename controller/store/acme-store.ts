/**
 * What proxies share of a domain's certificate. Whoever holds the domain's lease orders; all others
 * take what was ordered. The claim is one statement, by the database's clock, and counts as a try: the
 * next holder waits twice as long as the one before it, until a certificate has come of it, so that
 * nobody storms a CA, however proxies fail or restart.
 */
export interface AcmeStore {
  /** Grants or extends the right to order; also to prove, by DNS, that the domain is ours. */
  claimOrder(domain: string, holder: string, ttlMs: number): Promise<OrderClaim>;
  /** Ends it, and forgets what proved the domain. */
  releaseOrder(domain: string, holder: string): Promise<void>;
  /** What DNS shall answer for the domain's challenge. False if the caller does not hold the lease. */
  setChallenge(domain: string, holder: string, values: readonly string[]): Promise<boolean>;
  /** Empty once the lease has ended, however it has. */
  challengeOf(domain: string): Promise<string[]>;
  /** The certificate for all proxies. False if the caller does not hold the lease. */
  putCertificate(domain: string, holder: string, certificate: KeptCertificate): Promise<boolean>;
  getCertificate(domain: string): Promise<(KeptCertificate & { ageMs: number }) | undefined>;
  /** The account key for a CA's directory: the one that was kept first, for everybody. */
  keepAccountKey(directory: string, key: string): Promise<string>;
}

export type OrderClaim =
  | { kind: "granted" }
  /** Held by another, or too soon after a try that came to nothing. */
  | { kind: "refused"; retryInMs: number };

export interface KeptCertificate {
  id: string;
  /** Of the CA that has issued it. */
  directory: string;
  /** PEM, the certificate itself first. */
  chain: string;
  /** PEM. */
  key: string;
}
