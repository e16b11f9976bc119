import { createHash } from "node:crypto";

/** Secrets of 200 random bits and more need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
