import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import {
  AccountName,
  CreateServiceRequest,
  DEFAULT_ACCOUNT,
  DEFAULT_ENVIRONMENT,
  PutServiceRequest,
  Service,
  ServiceList,
  ServiceName,
} from "../../../src/protocol/service.ts";
import { checkArguments } from "../../connect/check-arguments.ts";
import type { ServiceRef, ServiceStore, ServiceWish } from "../../store/service-store.ts";
import { errors } from "../api-errors.ts";
import { actorOf, rightsOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { PageQuery, pageOf } from "../page-query.ts";
import { presentService } from "../present-service.ts";
import { knows, mustKnowService, noSuchService } from "../reach-service.ts";

const Params = Type.Object({ name: ServiceName });
const OfAccount = Type.Object(
  { account: Type.Optional(AccountName) },
  { additionalProperties: false },
);
const ListQuery = Type.Object(
  { ...OfAccount.properties, ...PageQuery.properties },
  { additionalProperties: false },
);

/** Named spawn configs. Jamsocket's routes connect to them. */
export function serviceRoutes(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  listAndCreate(api, store);
  readService(api, store);
  changeService(api, store);
}

function listAndCreate(api: Api, store: ServiceStore): void {
  api.get(
    "/v1/services",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "List services, of all accounts or of one",
        querystring: ListQuery,
        response: { 200: ServiceList, ...errors("invalid-request") },
      },
    },
    async (request) => {
      const { account, ...query } = request.query;
      const rights = rightsOf(request);
      const known = (await store.listServices(account)).filter((each) => knows(rights, each));
      const { items, next } = pageOf(known, ({ account, name }) => `${account}/${name}`, query);
      return { services: items.map(presentService), next_cursor: next };
    },
  );
  api.post(
    "/v1/services",
    {
      config: { scope: "admin" },
      schema: {
        summary: "Create a service",
        body: CreateServiceRequest,
        response: { 201: Service, ...errors("invalid-request", "service-exists") },
      },
    },
    async (request, reply) => {
      const { account = DEFAULT_ACCOUNT, name } = request.body;
      const ref = { account, name };
      if (!(await store.createService(ref, wishOf(request.body), actorOf(request)))) {
        throw new ApiError("service-exists", `${account} has a service ${name} already`);
      }
      reply.code(201);
      return presentService(await mustKnowService(store, rightsOf(request), ref));
    },
  );
}

const PATH = "/v1/services/:name";
const response = { 200: Service, ...errors("invalid-request", "not-found") };
const ofOne = { params: Params, querystring: OfAccount, response };

function readService(api: Api, store: ServiceStore): void {
  api.get(
    PATH,
    {
      config: { scope: "read", namespaced: true },
      schema: { summary: "One service", ...ofOne },
    },
    async (request) =>
      presentService(await mustKnowService(store, rightsOf(request), refOf(request))),
  );
}

function changeService(api: Api, store: ServiceStore): void {
  api.put(
    PATH,
    {
      config: { scope: "admin" },
      schema: {
        summary: "Create or replace a service; env and credentials that are left out stay",
        ...ofOne,
        body: PutServiceRequest,
      },
    },
    async (request) => {
      const ref = refOf(request);
      await store.putService(ref, wishOf(request.body), actorOf(request));
      return presentService(await mustKnowService(store, rightsOf(request), ref));
    },
  );
  api.delete(
    PATH,
    {
      config: { scope: "admin" },
      schema: { summary: "Delete a service; its backends live on", ...ofOne },
    },
    async (request) => {
      const service = await mustKnowService(store, rightsOf(request), refOf(request));
      if (await store.deleteService(service, actorOf(request))) return presentService(service);
      throw noSuchService(service);
    },
  );
}

function wishOf({ spawn = {}, environments = {} }: PutServiceRequest): ServiceWish {
  checkArguments("spawn", spawn);
  if (!(DEFAULT_ENVIRONMENT in environments)) return { spawn, environments };
  throw new ApiError(
    "invalid-request",
    `environments.${DEFAULT_ENVIRONMENT}: is the service itself, and has its spawn`,
  );
}

function refOf(request: { params: { name: string }; query: { account?: string } }): ServiceRef {
  return { account: request.query.account ?? DEFAULT_ACCOUNT, name: request.params.name };
}
