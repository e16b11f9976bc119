import type { BackendId } from "../../src/protocol/ids.ts";
import type { Revocation } from "../../src/protocol/revocation.ts";
import type { Actor } from "./access-store.ts";

/**
 * Connection tokens, once they are minted. To revoke many is one statement: it ends the backend's
 * generation of tokens, of one user or of all, and no row of a token has to be found for that.
 */
export interface TokenStore {
  /** Those that let somebody in, the longest lasting first. */
  listTokens(filter: TokenFilter): Promise<{ tokens: TokenRecord[]; next: string | null }>;
  /** False if the backend has no such token. */
  revokeToken(id: BackendId, tokenId: string, by?: Actor): Promise<boolean>;
  /** Of one user, or with null of all. Returns how many it were; undefined if there is no such backend. */
  revokeTokens(id: BackendId, user: string | null, by?: Actor): Promise<number | undefined>;
  /** Undefined if a later one has taken its place, or its backend is forgotten. */
  revocation(seq: number): Promise<Revocation | undefined>;
  /** All that are to be known of for these backends' open connections. */
  revocationsOf(ids: readonly BackendId[]): Promise<Revocation[]>;
}

export interface TokenFilter {
  backendId: BackendId;
  user?: string;
  limit: number;
  cursor?: string;
}

export interface TokenRecord {
  id: string;
  user: string | null;
  createdAt: number;
  expiresAt: number;
}
