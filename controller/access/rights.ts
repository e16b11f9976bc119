import type { RateLimit, Scope } from "../../src/protocol/api-key.ts";

/** What whoever sends a request may do, and by what it was let in. */
export interface Rights {
  /** Of the API key. Null: let in by forward-auth. */
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly scopes: readonly Scope[];
  /** It reaches backends of this namespace only. Null: all. */
  readonly namespace: string | null;
  readonly rateLimit: RateLimit | null;
  /** Where it was let in by a cookie. */
  readonly session: { readonly hash: string; readonly expiresAt: number } | null;
  /** When they end by themselves, by this process's clock that never jumps; else Infinity. */
  readonly endsMs: number;
}

/** Of people's scopes `admin` includes the others; machines' are for machines alone. */
export function allows(scopes: readonly Scope[], wanted: Scope): boolean {
  if (scopes.includes(wanted)) return true;
  return (wanted === "read" || wanted === "connect") && scopes.includes("admin");
}

export function reaches({ namespace }: Pick<Rights, "namespace">, other: string): boolean {
  return namespace === null || namespace === other;
}
