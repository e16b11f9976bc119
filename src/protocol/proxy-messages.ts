import { type Static, Type } from "typebox";
import { Address, Status, TerminationReason } from "./backend-state.ts";
import { BackendId, NodeName } from "./ids.ts";
import { literals } from "./literals.ts";
import { ProxyLoad } from "./proxy.ts";
import { Revocation } from "./revocation.ts";
import { TokenId } from "./token.ts";

/** What a token, or a public backend's host, lets a proxy do. */
export const Route = Type.Object({
  backend_id: BackendId,
  cluster: Type.String(),
  drone: NodeName,
  status: Status,
  address: Type.Optional(Address),
  bridge_address: Type.Optional(Address),
  subdomain: Type.Optional(Type.String()),
  traceparent: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Of the connect that led here, as W3C's Trace Context has it, if it is traced.",
    }),
  ),
  access: Type.Union([
    Type.Object({ kind: Type.Literal("public") }),
    Type.Object({ kind: Type.Literal("static") }),
    Type.Object({
      kind: Type.Literal("connection"),
      token_id: TokenId,
      generation: Type.Integer({ minimum: 0, description: "Of the token: see Revocation." }),
      expires_in_ms: Type.Number(),
      user: Type.Optional(Type.String()),
      auth: Type.Record(Type.String(), Type.Unknown()),
      secret: Type.String(),
    }),
  ]),
});
export type Route = Static<typeof Route>;

export const RouteResult = Type.Union([
  Type.Object({ kind: Type.Literal("route"), route: Route }),
  Type.Object({
    kind: Type.Literal("refused"),
    code: literals(["unauthorized", "forbidden", "not-found", "backend-ended", "unavailable"]),
    message: Type.String(),
    reason: Type.Optional(TerminationReason),
  }),
]);
export type RouteResult = Static<typeof RouteResult>;

export const ControllerToProxy = Type.Union([
  Type.Object({
    type: Type.Literal("welcome"),
    protocol_version: Type.Integer(),
    controller: Type.String(),
  }),
  Type.Object({
    type: Type.Literal("route-response"),
    request_id: Type.Integer(),
    result: RouteResult,
  }),
  Type.Object({
    type: Type.Literal("backend-changed"),
    backend_id: BackendId,
    status: Status,
    address: Type.Optional(Address),
    bridge_address: Type.Optional(Address),
    reason: Type.Optional(TerminationReason),
  }),
  Type.Object({
    type: Type.Literal("tokens-revoked"),
    revocation: Revocation,
  }),
]);
export type ControllerToProxy = Static<typeof ControllerToProxy>;

export const ProxyToController = Type.Union([
  Type.Object({
    type: Type.Literal("hello"),
    protocol_version: Type.Integer(),
    version: Type.String(),
    proxy: NodeName,
    identity: Type.String({ minLength: 8, maxLength: 64 }),
    cluster: Type.String(),
  }),
  Type.Object({
    type: Type.Literal("route-request"),
    request_id: Type.Integer(),
    label: Type.Optional(
      Type.String({ maxLength: 63, description: "The host's label: a backend's id or subdomain." }),
    ),
    token: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  Type.Object({
    type: Type.Literal("activity"),
    complete: Type.Optional(
      Type.Boolean({
        description: "Nothing else is open here: sent first on each connection. Default: false.",
      }),
    ),
    load: Type.Optional(ProxyLoad),
    backends: Type.Array(
      Type.Object({
        backend_id: BackendId,
        open: Type.Integer({
          minimum: 0,
          maximum: 1_000_000_000,
          description: "Requests in flight and upgraded connections.",
        }),
        idle_ms: Type.Number({ minimum: 0, description: "Since the last activity; 0 while open." }),
      }),
    ),
  }),
]);
export type ProxyToController = Static<typeof ProxyToController>;
