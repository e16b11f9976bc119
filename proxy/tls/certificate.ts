import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { TLS_TERMS } from "./tls-terms.ts";

/** PEM texts; the certificate itself comes first in its chain. */
export interface KeyPair {
  readonly chain: string;
  readonly key: string;
}

/** A certificate that can be served. */
export interface Certificate {
  /** DNS names in lower case, wildcards as `*.example.com`. */
  readonly names: readonly string[];
  /** Epoch ms, by the CA's clock. */
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly fingerprint: string;
  readonly context: SecureContext;
  readonly pair: KeyPair;
}

/** Throws, saying why, if the two do not make a certificate that can be served. */
export function readCertificate(pair: KeyPair): Certificate {
  const leaf = new X509Certificate(pair.chain);
  if (!leaf.checkPrivateKey(createPrivateKey(pair.key))) {
    throw new Error("the key is not the certificate's");
  }
  return {
    names: dnsNames(leaf),
    validFrom: Date.parse(leaf.validFrom),
    expiresAt: Date.parse(leaf.validTo),
    fingerprint: fingerprintOf(leaf),
    context: createSecureContext({ ...TLS_TERMS, cert: pair.chain, key: pair.key }),
    pair,
  };
}

function dnsNames({ subjectAltName = "" }: X509Certificate): string[] {
  return subjectAltName
    .split(", ")
    .filter((entry) => entry.startsWith("DNS:"))
    .map((entry) => entry.slice("DNS:".length).toLowerCase());
}

function fingerprintOf({ raw }: X509Certificate): string {
  return createHash("sha256").update(raw).digest("hex");
}
