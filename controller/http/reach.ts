import type { FastifyRequest } from "fastify";
import { ApiError } from "../../src/protocol/errors.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { reaches } from "../access/rights.ts";
import type { BackendRecord, Store } from "../store/store.ts";
import { rightsOf } from "./guard.ts";

type Asking = Pick<FastifyRequest, "rights">;

/** The namespace to look in, for a list: what was asked for, else the key's own. Undefined: all. */
export function namespaceFor(request: Asking, wanted: string | undefined): string | undefined {
  const rights = rightsOf(request);
  if (wanted !== undefined && !reaches(rights, wanted)) throw outOfReach(rights.namespace);
  return wanted ?? rights.namespace ?? undefined;
}

function outOfReach(namespace: string | null): ApiError {
  return new ApiError("forbidden", `the key reaches the namespace "${namespace}" only`);
}

/** A backend that the caller may know of: one of another namespace is not there. */
export async function mustReach(
  store: Pick<Store, "getBackend">,
  request: Asking,
  id: BackendId,
): Promise<BackendRecord> {
  const backend = await mustGet(store, id);
  if (!reaches(rightsOf(request), backend.key.namespace)) throw noSuchBackend(id);
  return backend;
}

/** The same for anybody who knows its id. */
export async function mustGet(
  store: Pick<Store, "getBackend">,
  id: BackendId,
): Promise<BackendRecord> {
  const backend = await store.getBackend(id);
  if (backend === undefined) throw noSuchBackend(id);
  return backend;
}

export function noSuchBackend(id: BackendId): ApiError {
  return new ApiError("not-found", `there is no backend ${id}`);
}
