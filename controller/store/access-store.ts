import type { RateLimit, Scope } from "../../src/protocol/api-key.ts";
import type { AuditAction } from "../../src/protocol/audit.ts";

/** Who may use the control API, who is signed in to it, and the trail of who did what. */
export interface AccessStore {
  /** A key of a first start. One that was revoked stays so, however often its file is read. */
  insertApiKey(key: { id: string; hash: string; scope: Scope }): Promise<void>;
  createApiKey(key: NewApiKey, by?: Actor): Promise<ApiKeyRecord>;
  /** Oldest first; without those that were revoked. */
  listApiKeys(): Promise<ApiKeyRecord[]>;
  /** Ends its sessions too. Unless forced, the last key that may make others stays. */
  revokeApiKey(id: string, force: boolean, by?: Actor): Promise<Revocation>;
  /** Undefined unless it is good: neither revoked nor expired. */
  findApiKey(hash: string): Promise<GoodKey | undefined>;
  /** Which of these keys and sessions are still good. */
  stillGood(credentials: CredentialIds): Promise<CredentialIds>;
  /** These keys were used a moment ago. */
  touchApiKeys(ids: readonly string[]): Promise<void>;

  /** Undefined if the key is not good any more. */
  openSession(session: NewSession, by?: Actor): Promise<{ expiresAt: number } | undefined>;
  /** Undefined unless both it and its key are good. */
  findSession(hash: string): Promise<GoodSession | undefined>;
  /** False if there is none. */
  closeSession(hash: string, by?: Actor): Promise<boolean>;

  /** Newest first. */
  listAudit(filter: AuditFilter): Promise<{ entries: AuditRecord[]; next: string | null }>;
}

/** Who asks for what is to stand in the audit trail. */
export interface Actor {
  /** Null: let in by forward-auth. */
  keyId: string | null;
  keyName: string | null;
  address: string | null;
}

export interface NewApiKey {
  id: string;
  hash: string;
  name: string;
  scopes: readonly Scope[];
  namespace: string | null;
  rateLimit: RateLimit | null;
  ttlMs: number | null;
}

export interface ApiKeyRecord {
  id: string;
  name: string;
  scopes: Scope[];
  namespace: string | null;
  rateLimit: RateLimit | null;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

export type Revocation = "revoked" | "not-found" | "last-admin-key";

export interface GoodKey {
  id: string;
  name: string;
  scopes: Scope[];
  namespace: string | null;
  rateLimit: RateLimit | null;
  /** Null: never. */
  expiresInMs: number | null;
}

export interface NewSession {
  hash: string;
  keyId: string;
  ttlMs: number;
}

export interface GoodSession {
  key: GoodKey;
  expiresAt: number;
  /** Its own end, or its key's if that is earlier. */
  expiresInMs: number;
}

export interface CredentialIds {
  keyIds: readonly string[];
  sessionHashes: readonly string[];
}

/** What is written beside the change that it tells of, in its transaction. */
export interface AuditNote {
  action: AuditAction;
  target: string;
  namespace: string | null;
  /** Never a secret. */
  details?: Record<string, unknown>;
}

export interface AuditRecord extends AuditNote, Actor {
  cursor: string;
  at: number;
  details: Record<string, unknown>;
}

export interface AuditFilter {
  keyId?: string;
  action?: AuditAction;
  target?: string;
  /** Epoch ms: at or after it. */
  since?: number;
  limit: number;
  cursor?: string;
}
