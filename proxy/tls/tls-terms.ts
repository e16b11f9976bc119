import { constants } from "node:crypto";
import type { SecureContextOptions } from "node:tls";

/** Forward secrecy and authenticated encryption only. Source: Mozilla's "intermediate", less its DHE. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];

/** How TLS is spoken, whatever the certificate. */
export const TLS_TERMS: SecureContextOptions = {
  minVersion: "TLSv1.2",
  ciphers: CIPHERS.join(":"),
  // A phone without AES in hardware knows best what is cheap for it.
  honorCipherOrder: false,
  // A client that renegotiates makes the server work for nothing.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
};
