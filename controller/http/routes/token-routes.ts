import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import {
  type ConnectionToken,
  RevokeResponse,
  TokenId,
  TokenList,
} from "../../../src/protocol/token.ts";
import type { TokenRecord } from "../../store/token-store.ts";
import { errors } from "../api-errors.ts";
import { actorOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { BackendParams } from "../params.ts";
import { mustReach, noSuchBackend } from "../reach.ts";

const User = Type.String({ maxLength: 1_024, description: "Only tokens of this user." });

const ListQuery = Type.Object(
  {
    user: Type.Optional(User),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: "Default: 100." }),
    ),
    cursor: Type.Optional(
      Type.String({
        pattern: "^[0-9]{1,15}\\.tk_[0-9a-f]{24}$",
        description: "A page's next_cursor.",
      }),
    ),
  },
  { additionalProperties: false },
);

const RevokeQuery = Type.Object(
  { user: Type.Optional(Type.String({ ...User, description: "Default: every user." })) },
  { additionalProperties: false },
);

export function tokenRoutes(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  api.get(
    "/v1/backends/:id/tokens",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "List the connection tokens that let somebody in, the longest lasting first",
        description: "No list shows a token itself. A static token is in none: it has no id.",
        params: BackendParams,
        querystring: ListQuery,
        response: { 200: TokenList, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { id } = await mustReach(store, request, request.params.id);
      const { limit = 100, ...rest } = request.query;
      const { tokens, next } = await store.listTokens({ backendId: id, limit, ...rest });
      return { tokens: tokens.map(present), next_cursor: next };
    },
  );
  api.delete(
    "/v1/backends/:id/tokens/:token_id",
    {
      config: { scope: "connect", namespaced: true },
      schema: {
        summary: "Revoke one connection token, and close what it has let in",
        description: WHAT_IT_DOES,
        params: Type.Object({
          ...BackendParams.properties,
          token_id: Type.String({ ...TokenId, description: "The token's id, from the list." }),
        }),
        response: { 200: RevokeResponse, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { params } = request;
      const { id } = await mustReach(store, request, params.id);
      const { token_id } = params;
      if (!(await store.revokeToken(id, token_id, actorOf(request)))) {
        throw new ApiError("not-found", `backend ${id} has no token ${token_id}`);
      }
      return { backend_id: id, revoked: 1 };
    },
  );
  api.delete(
    "/v1/backends/:id/tokens",
    {
      config: { scope: "connect", namespaced: true },
      schema: {
        summary: "Revoke a backend's connection tokens, and close what they have let in",
        description: `${WHAT_IT_DOES} Also closed is what tokens have let in that have expired since.`,
        params: BackendParams,
        querystring: RevokeQuery,
        response: {
          200: RevokeResponse,
          ...errors("invalid-request", "not-found", "static-token"),
        },
      },
    },
    async (request) => {
      const { params, query } = request;
      const { id, staticToken } = await mustReach(store, request, params.id);
      if (staticToken !== null) throw staticTokenStays();
      const revoked = await store.revokeTokens(id, query.user ?? null, actorOf(request));
      if (revoked === undefined) throw noSuchBackend(id);
      return { backend_id: id, revoked };
    },
  );
}

const WHAT_IT_DOES =
  "Nobody is let in with it any more. Every proxy hears of it at once; one that has no connection to a controller, as soon as it has one. Requests in flight are cut and WebSockets closed with 1008, within a second; what others have let in stays.";

/** Whoever takes access away must not be told that it is gone while everybody has the static token. */
function staticTokenStays(): ApiError {
  const message = "its static token lives as long as the backend: to take it away, terminate that";
  return new ApiError("static-token", message);
}

function present({ id, user, createdAt, expiresAt }: TokenRecord): ConnectionToken {
  return { id, user, created_at: createdAt, expires_at: expiresAt };
}
