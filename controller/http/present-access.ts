import type { ApiKey, Session } from "../../src/protocol/api-key.ts";
import type { AuditEntry } from "../../src/protocol/audit.ts";
import type { Rights } from "../access/rights.ts";
import type { ApiKeyRecord, AuditRecord } from "../store/access-store.ts";

export function presentApiKey(key: ApiKeyRecord): ApiKey {
  const { id, name, scopes, namespace } = key;
  return {
    ...{ id, name, scopes, namespace },
    rate_limit: key.rateLimit,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}

/** Whom forward-auth has let in is called so where it told no name. */
const NO_KEY = "forward-auth";

export function presentSession({ keyId, keyName, scopes, namespace, session }: Rights): Session {
  return {
    key: { id: keyId ?? NO_KEY, name: keyName ?? NO_KEY, scopes: [...scopes], namespace },
    expires_at: session?.expiresAt ?? null,
  };
}

export function presentAuditEntry(entry: AuditRecord): AuditEntry {
  const { cursor, at, keyId, keyName, address, action, target, namespace, details } = entry;
  return {
    ...{ cursor, at, key_id: keyId, key_name: keyName },
    ...{ address, action, target, namespace, details },
  };
}
