import { type Static, Type } from "typebox";
import { Status, Termination } from "./backend-state.ts";
import { BackendId } from "./ids.ts";
import { Key } from "./key.ts";
import { Nullable } from "./nullable.ts";
import { SpawnConfig } from "./spawn-config.ts";
import { CONNECT_WAIT_SECONDS, CONNECTION_TOKEN_TTL_SECONDS, QUEUE_SECONDS } from "./timings.ts";

/** Get-or-create. At least one of key and spawn. */
export const ConnectRequest = Type.Object(
  {
    key: Type.Optional(
      Type.Object(
        {
          name: Key.properties.name,
          namespace: Type.Optional(Key.properties.namespace),
          tag: Type.Optional(Key.properties.tag),
        },
        { additionalProperties: false, description: "Default: a key of the backend's own." },
      ),
    ),
    spawn: Type.Optional(SpawnConfig),
    user: Type.Optional(
      Type.String({
        maxLength: 1_024,
        description: "Given to the backend as x-verified-username.",
      }),
    ),
    auth: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "Any JSON object; given to the backend as x-verified-user-data. Default: {}.",
      }),
    ),
    wait: Type.Optional(
      Type.Literal("ready", {
        description: "Hold the answer until the backend is ready or has ended.",
      }),
    ),
    wait_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_600,
        description: `How long to wait for a key whose backend is ending, and for ready. Default: ${CONNECT_WAIT_SECONDS}.`,
      }),
    ),
    queue_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_600,
        description: `How long to wait in line for a drone with room. Default: ${QUEUE_SECONDS}.`,
      }),
    ),
    token_ttl_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 31_536_000,
        description: `Life of the connection token. Default: ${CONNECTION_TOKEN_TTL_SECONDS}.`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type ConnectRequest = Static<typeof ConnectRequest>;

export const ConnectResponse = Type.Object({
  backend_id: BackendId,
  key: Key,
  spawned: Type.Boolean({ description: "False when the key's live backend was found." }),
  status: Status,
  token: Nullable(Type.String({ description: "Null for a public backend." })),
  url: Type.String({ description: "For the client; holds the token." }),
  ready_url: Type.String({
    description: "Public; answers once the backend is ready or has ended.",
  }),
  status_url: Type.String({ description: "Public." }),
  secret_token: Nullable(
    Type.String({
      description: "Reaches the backend as x-verified-secret. Null for static tokens.",
    }),
  ),
  subdomain: Nullable(Type.String()),
  drone: Type.String(),
  termination: Type.Optional(Termination),
  expires_at: Nullable(
    Type.Integer({ description: "When the token lapses, epoch ms. Null: with the backend." }),
  ),
});
export type ConnectResponse = Static<typeof ConnectResponse>;
