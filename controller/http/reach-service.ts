import { ApiError } from "../../src/protocol/errors.ts";
import { type Rights, reaches } from "../access/rights.ts";
import { namespaceOf, type ServicePlace } from "../services/service-namespace.ts";
import type { ServiceRecord, ServiceRef, ServiceStore } from "../store/service-store.ts";

type Reach = Pick<Rights, "namespace">;

/** A service that the caller may know of: because of itself, or of one of its environments. */
export async function mustKnowService(
  store: Pick<ServiceStore, "getService">,
  rights: Reach,
  ref: ServiceRef,
): Promise<ServiceRecord> {
  const service = await store.getService(ref);
  if (service === undefined || !knows(rights, service)) throw noSuchService(ref);
  return service;
}

export function knows(rights: Reach, { account, name }: ServiceRef): boolean {
  const namespace = namespaceOf({ account, name, environment: null });
  return reaches(rights, namespace) || rights.namespace?.startsWith(`${namespace}/`) === true;
}

/** A service for whoever reaches this very place in it. */
export async function mustReachService(
  store: Pick<ServiceStore, "getService">,
  rights: Reach,
  place: ServicePlace,
): Promise<ServiceRecord> {
  const service = await store.getService(place);
  if (service === undefined || !reaches(rights, namespaceOf(place))) throw noSuchService(place);
  return service;
}

export function noSuchService({ account, name }: ServiceRef): ApiError {
  return new ApiError("not-found", `${account} has no service ${name}`);
}
