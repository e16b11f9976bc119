import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";
import { NextCursor } from "./next-cursor.ts";
import { Nullable } from "./nullable.ts";
import { EpochMs } from "./time.ts";

/**
 * What a key may do. `admin`: all of the REST API, drones' and proxies' sockets not. `connect`: connect, terminate,
 * and the tokens of backends. `read`: every GET but keys and the audit trail. `drone`, `proxy`: join as one.
 */
export const SCOPES = ["admin", "connect", "read", "drone", "proxy"] as const;
export const Scope = literals(SCOPES);
export type Scope = Static<typeof Scope>;

/** One in a quarter of an hour: who may ask less often than that is refused rather than limited. */
export const MIN_REQUESTS_PER_SECOND = 0.001;

/** How many requests a key may make. Each controller counts for itself. */
export const RateLimit = Type.Object(
  {
    requests_per_second: Type.Number({
      minimum: MIN_REQUESTS_PER_SECOND,
      maximum: 1_000_000,
      description: "On average.",
    }),
    burst: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: "How many at once, after a rest.",
    }),
  },
  { additionalProperties: false },
);
export type RateLimit = Static<typeof RateLimit>;

/** An API key as lists show it: the secret itself was shown once, and is kept as a hash. */
export const ApiKey = Type.Object({
  id: Type.String({ description: "Names the key in the audit trail; no secret." }),
  name: Type.String({ description: "For people." }),
  scopes: Type.Array(Scope),
  namespace: Nullable(
    Type.String({ description: "It reaches backends of this namespace only. Null: all." }),
  ),
  rate_limit: Nullable(RateLimit),
  created_at: EpochMs,
  expires_at: Nullable(EpochMs),
  last_used_at: Nullable(
    Type.Integer({ description: "Epoch ms, to about a minute. Null: never used." }),
  ),
});
export type ApiKey = Static<typeof ApiKey>;

export const ApiKeyList = Type.Object({
  api_keys: Type.Array(ApiKey),
  next_cursor: NextCursor,
});
export type ApiKeyList = Static<typeof ApiKeyList>;

export const CreateApiKeyRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, description: "For people." }),
    scopes: Type.Array(Scope, {
      minItems: 1,
      maxItems: 5,
      uniqueItems: true,
      description: "What it may do: each adds to what the others allow.",
    }),
    namespace: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: "Default: every namespace." }),
    ),
    expires_in_seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3_153_600_000, description: "Default: never." }),
    ),
    rate_limit: Type.Optional(
      Type.Unsafe<RateLimit>({ ...RateLimit, description: "Default: the controller's." }),
    ),
  },
  { additionalProperties: false },
);
export type CreateApiKeyRequest = Static<typeof CreateApiKeyRequest>;

export const CreatedApiKey = Type.Object({
  ...ApiKey.properties,
  key: Type.String({ description: "The secret. It is shown this once." }),
});
export type CreatedApiKey = Static<typeof CreatedApiKey>;

export const RevokeApiKeyResponse = Type.Object({ id: Type.String(), revoked: Type.Literal(true) });
export type RevokeApiKeyResponse = Static<typeof RevokeApiKeyResponse>;

/** Who is asking: the key that was sent, or the key that a dashboard session was opened with. */
export const Session = Type.Object({
  key: Type.Object({
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Scope),
    namespace: Nullable(Type.String()),
  }),
  expires_at: Nullable(Type.Integer({ description: "Epoch ms. Null: with the key." })),
});
export type Session = Static<typeof Session>;

/** POST /v1/session: sets a cookie that browsers on the controller's own pages may use instead of a key. */
export const OpenSessionRequest = Type.Object(
  { key: Type.String({ maxLength: 256, description: "An API key." }) },
  { additionalProperties: false },
);
export type OpenSessionRequest = Static<typeof OpenSessionRequest>;
