import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const DAY_MS = 86_400_000;
const KEYS = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
let serial = 0;

export interface TestCertificate {
  chain: string;
  key: string;
}

export interface CertificateLife {
  validFrom?: number;
  expiresAt?: number;
}

/** A certificate of these names that is its own CA. */
export async function aCertificate(
  names: readonly string[],
  { validFrom = Date.now() - DAY_MS, expiresAt = Date.now() + 90 * DAY_MS }: CertificateLife = {},
): Promise<TestCertificate> {
  const own = ++serial;
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: own.toString(16).padStart(8, "0"),
    name: `CN=hangar-test-${own}`,
    notBefore: new Date(validFrom),
    notAfter: new Date(expiresAt),
    keys: keys as webcrypto.CryptoKeyPair,
    signingAlgorithm: KEYS,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: value === "127.0.0.1" ? "ip" : "dns", value })),
      ),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { chain: certificate.toString("pem"), key: pem("PRIVATE KEY", Buffer.from(pkcs8)) };
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
