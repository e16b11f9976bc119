import type {
  ApiKey,
  ApiKeyList,
  CreateApiKeyRequest,
  CreatedApiKey,
  RevokeApiKeyResponse,
  Session,
} from "../protocol/api-key.ts";
import type { AuditAction, AuditEntry, AuditList } from "../protocol/audit.ts";
import type { Api, CallOptions } from "./api.ts";
import { everyPage, type Listing, listing } from "./listing.ts";
import { queryOf } from "./query.ts";

/** All that are given must hold. */
export interface AuditFilter {
  /** What was done with this API key. */
  keyId?: string | undefined;
  action?: AuditAction | undefined;
  /** What was done to this id. */
  target?: string | undefined;
  /** Epoch ms: at or after it. */
  since?: number | undefined;
  /** Entries a page. */
  limit?: number | undefined;
}

/** API keys, and what was done with them. */
export interface AccessCalls {
  /** Its secret is in this answer only. Not tried again once it may have arrived: that could make two. */
  createApiKey(request: CreateApiKeyRequest, options?: CallOptions): Promise<CreatedApiKey>;
  listApiKeys(options?: CallOptions): Promise<ApiKey[]>;
  getApiKey(id: string, options?: CallOptions): Promise<ApiKey>;
  /** At once: what is open by its right is closed. The last key that may make others goes only with `force`. */
  revokeApiKey(
    id: string,
    request?: { force?: boolean | undefined },
    options?: CallOptions,
  ): Promise<RevokeApiKeyResponse>;
  /** Who is asking: the key's name and scopes. */
  whoAmI(options?: CallOptions): Promise<Session>;
  /** Who did what, newest first. */
  listAudit(filter?: AuditFilter, options?: CallOptions): Listing<AuditEntry, AuditList>;
}

export function accessCalls({ get, post, delete: remove }: Api): AccessCalls {
  return {
    createApiKey: (request, options) => post("/v1/api-keys", request, options, "once"),
    listApiKeys: (options) =>
      everyPage(
        (cursor) => get<ApiKeyList>(`/v1/api-keys${queryOf({ cursor })}`, options),
        ({ api_keys }) => api_keys,
      ),
    getApiKey: (id, options) => get(`/v1/api-keys/${encodeURIComponent(id)}`, options),
    revokeApiKey: (id, { force } = {}, options) =>
      remove(`/v1/api-keys/${encodeURIComponent(id)}${queryOf({ force })}`, options, {
        ifGone: { id, revoked: true },
      }),
    whoAmI: (options) => get("/v1/session", options),
    listAudit: ({ keyId: key_id, ...filter } = {}, options) =>
      listing(
        (cursor) => get<AuditList>(`/v1/audit${queryOf({ key_id, ...filter, cursor })}`, options),
        ({ entries }) => entries,
      ),
  };
}
