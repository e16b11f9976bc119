import { LRUCache } from "lru-cache";
import { ApiError } from "../../src/protocol/errors.ts";
import { hashSecret } from "../hash-secret.ts";
import type { ApiKeyScope, Store } from "../store/store.ts";

export type Authorize = (
  authorization: string | undefined,
  wanted: ApiKeyScope,
) => Promise<{ keyId: string }>;

const REMEMBERED_KEYS = 1_000;

/** 401 for whom we do not know, 403 for who may not. */
export function authorizer(store: Pick<Store, "findApiKey">): Authorize {
  // Keys are only ever added, so what was found stays true; what was not found is asked again.
  const known = new LRUCache<string, { id: string; scope: ApiKeyScope }>({ max: REMEMBERED_KEYS });
  return async (authorization, wanted) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (key === undefined) {
      throw new ApiError("unauthorized", "send an API key: Authorization: Bearer <key>");
    }
    const hash = hashSecret(key);
    const found = known.get(hash) ?? (await store.findApiKey(hash));
    if (found === undefined) throw new ApiError("unauthorized", "the API key is not known here");
    known.set(hash, found);
    if (found.scope !== wanted) {
      throw new ApiError("forbidden", `this needs a key of scope ${wanted}, not ${found.scope}`);
    }
    return { keyId: found.id };
  };
}
