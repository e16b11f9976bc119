import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { RateLimit, Scope } from "../../src/protocol/api-key.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import { plainAddress } from "../../src/shared/addresses.ts";
import {
  type AuthenticateDeps,
  authenticate,
  type Credentials,
  lastKnown,
} from "../access/authenticate.ts";
import type { KeyRing } from "../access/key-ring.ts";
import type { OpenStreams } from "../access/open-streams.ts";
import { allows, type Rights } from "../access/rights.ts";
import type { TokenBuckets } from "../access/token-buckets.ts";
import type { Actor } from "../store/access-store.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import { callerOf } from "./caller-of.ts";
import type { Api } from "./http-api.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a key must be good for. `any`: it must be a key; `public`: nobody is asked who they are. */
    scope?: Scope | "any" | "public";
    /**
     * The route keeps those whose key has a namespace to that namespace, by `reachOf`. Default: false,
     * and they are refused.
     */
    namespaced?: boolean;
    /** It may last for as long as its client likes: there may be so many of these, and are counted. Default: false. */
    stream?: boolean;
    /** It is answered while the database is away, too, for whose key was good until then. Default: false. */
    withoutDatabase?: boolean;
  }
  interface FastifyRequest {
    rights: Rights | null;
    /** From now on it is answered even if the key that let it in ends meanwhile. */
    letGo(): void;
  }
}

export interface GuardDeps extends AuthenticateDeps {
  ring: AuthenticateDeps["ring"] & Pick<KeyRing, "hold" | "lastKnown">;
  buckets: TokenBuckets;
  openStreams: OpenStreams;
  /** Of keys that have no limit of their own and are not for admins or machines. Null: none. */
  defaultRateLimit: RateLimit | null;
}

/** The one place that decides who may use which route, by what the route says in its config. */
export function guard(api: Api, deps: GuardDeps): void {
  api.decorateRequest("rights", null);
  api.decorateRequest("letGo", () => undefined);
  api.addHook("onRoute", mustSayScope);
  api.addHook("onRequest", async (request, reply) => {
    const { scope, stream = false } = request.routeOptions.config;
    if (request.is404) return;
    const rights = scope === "public" ? null : await admitted(deps, scope, request, reply);
    if (stream) reply.raw.once("close", deps.openStreams.add(rights));
    request.rights = rights;
    // A WebSocket is held by whoever accepts it.
    if (rights === null || request.ws) return;
    request.letGo = deps.ring.hold(rights, () => reply.raw.destroy());
    reply.raw.once("close", request.letGo);
  });
}

async function admitted(
  deps: GuardDeps,
  scope: Scope | "any" | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Rights> {
  const { namespaced = false } = request.routeOptions.config;
  const rights = await rightsFor(deps, request, reply);
  limitRate(deps, rights, reply);
  if (scope !== "any") mustAllow(rights, scope);
  if (rights.namespace !== null && !namespaced) throw onlyWithoutNamespace(rights.namespace);
  return rights;
}

async function rightsFor(
  deps: GuardDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Rights> {
  const asked = credentialsOf(request);
  try {
    return await authenticate(deps, asked, callerOf(reply.raw));
  } catch (error) {
    const isEnough = request.routeOptions.config.withoutDatabase === true && isDatabaseAway(error);
    const known = isEnough ? lastKnown(deps, asked) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

export function credentialsOf(request: FastifyRequest): Credentials {
  const { method, url, ip, host, protocol, headers } = request;
  const path = url.split("?", 1)[0] ?? url;
  return { method, path, address: plainAddress(ip), host, protocol, headers };
}

/** A route that says nothing would let in anybody, or nobody: the controller does not start with it. */
function mustSayScope({ method, url, config }: RouteOptions): void {
  if (config?.scope !== undefined) return;
  throw new Error(`the route ${method} ${url} does not say in its config which scope it needs`);
}

function mustAllow({ scopes }: Rights, wanted: Scope | undefined): void {
  if (wanted !== undefined && allows(scopes, wanted)) return;
  throw new ApiError("forbidden", `this needs a key of scope ${wanted}, not ${scopes.join(", ")}`);
}

function onlyWithoutNamespace(namespace: string): ApiError {
  return new ApiError(
    "forbidden",
    `this is about the whole cluster, and the key reaches the namespace "${namespace}" only`,
  );
}

const FREE_SCOPES: readonly Scope[] = ["admin", "drone", "proxy"];

function limitRate(
  { buckets, defaultRateLimit }: GuardDeps,
  { keyId, keyName, scopes, rateLimit }: Rights,
  reply: FastifyReply,
): void {
  const isFree = scopes.some((scope) => FREE_SCOPES.includes(scope));
  const limit = rateLimit ?? (isFree ? null : defaultRateLimit);
  if (limit === null) return;
  const { waitMs, left } = buckets.take(keyId ?? `forward-auth ${keyName ?? ""}`, limit);
  const { requests_per_second: rate, burst } = limit;
  // As draft-ietf-httpapi-ratelimit-headers has it: how much, in which time, and what is left of it.
  reply.header("ratelimit-policy", `"key";q=${burst};w=${secondsOf(burst / rate)}`);
  const fullIn = secondsOf((burst - left) / rate);
  reply.header("ratelimit", `"key";r=${Math.floor(left)};t=${fullIn}`);
  if (waitMs === 0) return;
  throw new ApiError("rate-limited", `the key may make ${rate} requests a second`, {
    retryAfterSeconds: secondsOf(waitMs / 1_000),
  });
}

/** Of keys that were made when a rate had no minimum, too. */
const MOST_SECONDS = 1_000_000_000;

function secondsOf(seconds: number): number {
  return Math.min(Math.ceil(seconds), MOST_SECONDS);
}

/** Of whoever was let in; throws on a public route. */
export function rightsOf(request: Pick<FastifyRequest, "rights">): Rights {
  if (request.rights === null) throw new Error("a public route asks for the rights of its caller");
  return request.rights;
}

/** Who is asking, for the audit trail. */
export function actorOf(request: Pick<FastifyRequest, "rights" | "ip">): Actor {
  const { keyId, keyName } = rightsOf(request);
  return { keyId, keyName, address: plainAddress(request.ip) };
}
