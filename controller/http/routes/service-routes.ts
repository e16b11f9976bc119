import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import {
  AccountName,
  CreateServiceRequest,
  DEFAULT_ACCOUNT,
  PutServiceRequest,
  Service,
  ServiceList,
  ServiceName,
} from "../../../src/protocol/service.ts";
import type { ServiceRecord, ServiceRef, ServiceStore } from "../../store/service-store.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentService } from "../present-service.ts";

const Params = Type.Object({ name: ServiceName });
const OfAccount = Type.Object(
  { account: Type.Optional(AccountName) },
  { additionalProperties: false },
);

/** Named spawn configs. Jamsocket's routes connect to them. */
export function serviceRoutes(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  listAndCreate(api, store);
  oneService(api, store);
}

function listAndCreate(api: Api, store: ServiceStore): void {
  const security = [{ apiKey: [] }];
  api.get(
    "/v1/services",
    {
      schema: {
        summary: "List services, of all accounts or of one",
        querystring: OfAccount,
        response: { 200: ServiceList, ...errors("invalid-request") },
        security,
      },
    },
    async ({ query: { account } }) => ({
      services: (await store.listServices(account)).map(presentService),
    }),
  );
  api.post(
    "/v1/services",
    {
      schema: {
        summary: "Create a service",
        body: CreateServiceRequest,
        response: { 201: Service, ...errors("invalid-request", "service-exists") },
        security,
      },
    },
    async ({ body: { account = DEFAULT_ACCOUNT, name, spawn = {}, environments = {} } }, reply) => {
      const ref = { account, name };
      if (!(await store.createService(ref, { spawn, environments }))) {
        throw new ApiError("service-exists", `${account} has a service ${name} already`);
      }
      reply.code(201);
      return presentService(await mustGetService(store, ref));
    },
  );
}

function oneService(api: Api, store: ServiceStore): void {
  const security = [{ apiKey: [] }];
  const shared = { params: Params, querystring: OfAccount, security };
  const path = "/v1/services/:name";
  api.get(
    path,
    {
      schema: {
        summary: "One service",
        ...shared,
        response: { 200: Service, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => presentService(await mustGetService(store, refOf(request))),
  );
  api.put(
    path,
    {
      schema: {
        summary: "Create or replace a service; env and credentials that are left out stay",
        ...shared,
        body: PutServiceRequest,
        response: { 200: Service, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const ref = refOf(request);
      const { spawn = {}, environments = {} } = request.body;
      await store.putService(ref, { spawn, environments });
      return presentService(await mustGetService(store, ref));
    },
  );
  api.delete(
    path,
    {
      schema: {
        summary: "Delete a service; its backends live on",
        ...shared,
        response: { 200: Service, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const service = await mustGetService(store, refOf(request));
      if (!(await store.deleteService(service))) throw noSuchService(service);
      return presentService(service);
    },
  );
}

function refOf(request: { params: { name: string }; query: { account?: string } }): ServiceRef {
  return { account: request.query.account ?? DEFAULT_ACCOUNT, name: request.params.name };
}

export async function mustGetService(
  store: Pick<ServiceStore, "getService">,
  ref: ServiceRef,
): Promise<ServiceRecord> {
  const service = await store.getService(ref);
  if (service === undefined) throw noSuchService(ref);
  return service;
}

function noSuchService({ account, name }: ServiceRef): ApiError {
  return new ApiError("not-found", `${account} has no service ${name}`);
}
