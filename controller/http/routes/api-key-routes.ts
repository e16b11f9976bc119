import { Type } from "typebox";
import {
  ApiKey,
  ApiKeyList,
  CreateApiKeyRequest,
  CreatedApiKey,
  RevokeApiKeyResponse,
} from "../../../src/protocol/api-key.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { newApiKey, newApiKeyId } from "../../../src/protocol/ids.ts";
import { hashSecret } from "../../hash-secret.ts";
import type { ApiKeyRecord } from "../../store/access-store.ts";
import { errors } from "../api-errors.ts";
import { actorOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { PageQuery, pageOf } from "../page-query.ts";
import { presentApiKey } from "../present-access.ts";

const config = { scope: "admin" } as const;

const Params = Type.Object({
  id: Type.String({ pattern: "^[a-z0-9_-]{1,64}$", description: "Of the key; not the secret." }),
});
const RevokeQuery = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({ description: "Also the last key that may make others. Default: false." }),
    ),
  },
  { additionalProperties: false },
);

export function apiKeyRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/api-keys",
    {
      config,
      schema: {
        summary: "List the API keys, oldest first, without their secrets",
        querystring: PageQuery,
        response: { 200: ApiKeyList, ...errors("invalid-request") },
      },
    },
    async ({ query }) => {
      const { items, next } = pageOf(await store.listApiKeys(), placeOf, query);
      return { api_keys: items.map(presentApiKey), next_cursor: next };
    },
  );
  api.post(
    "/v1/api-keys",
    {
      config,
      schema: {
        summary: "Make an API key; its secret is in this answer only",
        body: CreateApiKeyRequest,
        response: { 201: CreatedApiKey, ...errors("invalid-request") },
      },
    },
    async (request, reply) => {
      reply.header("cache-control", "no-store");
      const { name, scopes, namespace, expires_in_seconds, rate_limit } = request.body;
      checkScopes(request.body);
      const key = newApiKey();
      const row = { id: newApiKeyId(), hash: hashSecret(key), name, scopes };
      const ttlMs = expires_in_seconds === undefined ? null : expires_in_seconds * 1_000;
      const limits = { namespace: namespace ?? null, rateLimit: rate_limit ?? null, ttlMs };
      const created = await store.createApiKey({ ...row, ...limits }, actorOf(request));
      return await reply.code(201).send({ ...presentApiKey(created), key });
    },
  );
  oneRoute(api, { store });
  revokeRoute(api, { store });
}

function oneRoute(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  api.get(
    "/v1/api-keys/:id",
    {
      config,
      schema: {
        summary: "One API key, without its secret",
        params: Params,
        response: { 200: ApiKey, ...errors("not-found") },
      },
    },
    async ({ params: { id } }) => {
      // There are few of them.
      const found = (await store.listApiKeys()).find((key) => key.id === id);
      if (found === undefined) throw noSuchKey(id);
      return presentApiKey(found);
    },
  );
}

function noSuchKey(id: string): ApiError {
  return new ApiError("not-found", `there is no API key ${id}`);
}

/** The oldest first. */
function placeOf({ createdAt, id }: ApiKeyRecord): string {
  return `${String(createdAt).padStart(16, "0")}.${id}`;
}

function revokeRoute(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  api.delete(
    "/v1/api-keys/:id",
    {
      config,
      schema: {
        summary: "Revoke an API key, at once",
        description:
          "What is open by its right is closed: requests, streams, sessions, the sockets of drones and proxies. The last key of scope admin without namespace and expiry goes only with force.",
        params: Params,
        querystring: RevokeQuery,
        response: { 200: RevokeApiKeyResponse, ...errors("not-found", "last-admin-key") },
      },
    },
    async (request) => {
      const { id } = request.params;
      // Whoever revokes the key in hand is still to hear that it is done.
      request.letGo();
      const outcome = await store.revokeApiKey(id, request.query.force ?? false, actorOf(request));
      if (outcome === "not-found") throw noSuchKey(id);
      if (outcome === "last-admin-key") {
        throw new ApiError(
          "last-admin-key",
          "it is the last key that may make others: make another first, or force it",
        );
      }
      return { id, revoked: true as const };
    },
  );
}

const MACHINES: readonly string[] = ["drone", "proxy"];

/** Drones and proxies serve all namespaces: a key that lets one in is no key of a namespace. */
function checkScopes({ scopes, namespace }: CreateApiKeyRequest): void {
  if (namespace === undefined || !scopes.some((scope) => MACHINES.includes(scope))) return;
  throw new ApiError("invalid-request", "namespace: keys of scope drone or proxy have none", {
    details: { field: "namespace" },
  });
}
