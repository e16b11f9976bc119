import type {
  CreateServiceRequest,
  PutServiceRequest,
  Service,
  ServiceList,
} from "../protocol/service.ts";
import type { Api, CallOptions } from "./api.ts";
import { everyPage } from "./listing.ts";
import { queryOf } from "./query.ts";

export interface ServiceRef {
  /** Default: `default`. */
  account?: string | undefined;
  name: string;
}

/** Named spawn configs. */
export interface ServiceCalls {
  /** Of all accounts, or of one. */
  listServices(account?: string, options?: CallOptions): Promise<Service[]>;
  getService(ref: ServiceRef, options?: CallOptions): Promise<Service>;
  createService(request: CreateServiceRequest, options?: CallOptions): Promise<Service>;
  /** Creates or replaces it; env and credentials that are left out stay. */
  putService(ref: ServiceRef, request: PutServiceRequest, options?: CallOptions): Promise<Service>;
  /** Its backends live on. */
  deleteService(ref: ServiceRef, options?: CallOptions): Promise<Service>;
}

export function serviceCalls({ get, post, put, delete: remove }: Api): ServiceCalls {
  return {
    listServices: (account, options) =>
      everyPage(
        (cursor) => get<ServiceList>(`/v1/services${queryOf({ account, cursor })}`, options),
        ({ services }) => services,
      ),
    getService: (ref, options) => get(servicePath(ref), options),
    // Made twice, it is refused the second time.
    createService: (body, options) => post("/v1/services", body, options, "once"),
    putService: (ref, body, options) => put(servicePath(ref), body, options),
    // Its answer tells what was deleted: nobody could tell that a second time.
    deleteService: (ref, options) => remove(servicePath(ref), options, "once"),
  };
}

function servicePath({ account, name }: ServiceRef): string {
  return `/v1/services/${encodeURIComponent(name)}${queryOf({ account })}`;
}
