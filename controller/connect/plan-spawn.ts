import type { ConnectRequest } from "../../src/protocol/connect.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import { toHeaderJson, toHeaderText } from "../../src/protocol/given.ts";
import {
  type BackendId,
  isBackendId,
  newConnectionToken,
  newSecretToken,
  newStaticToken,
} from "../../src/protocol/ids.ts";
import type { Key } from "../../src/protocol/key.ts";
import type { SpawnConfig } from "../../src/protocol/spawn-config.ts";
import {
  CONNECTION_TOKEN_TTL_SECONDS,
  DEFAULT_PORT,
  GRACE_SECONDS,
  MAX_AUTH_HEADER_BYTES,
  MAX_USER_HEADER_BYTES,
} from "../../src/protocol/timings.ts";
import type { BackendConfig, NewToken, SpawnPlan } from "../store/store.ts";
import { checkArguments } from "./check-arguments.ts";

/** Rules that no schema can say, checked before anything is touched. */
export function checkConnect({ key, spawn, user, auth }: ConnectRequest): void {
  if (key === undefined && spawn === undefined) {
    throw new ApiError("invalid-request", "give a key, a spawn config, or both");
  }
  if (spawn?.subdomain !== undefined && isBackendId(spawn.subdomain)) {
    throw new ApiError("invalid-request", "spawn.subdomain: must not look like a backend id");
  }
  const anonymous = spawn?.use_static_token === true || spawn?.access === "public";
  if (anonymous && (user !== undefined || auth !== undefined)) {
    throw new ApiError(
      "invalid-request",
      "user and auth need a connection token: leave out use_static_token and access public",
    );
  }
  checkHeaderSizes(user, auth);
  if (spawn !== undefined) checkArguments("spawn", spawn);
  if (spawn?.use_static_token === true && spawn.access === "public") {
    throw new ApiError(
      "invalid-request",
      "a public backend has no token: leave out use_static_token",
    );
  }
}

/** A token whose user or auth no server would take as headers is of no use to anybody. */
function checkHeaderSizes(user: ConnectRequest["user"], auth: ConnectRequest["auth"]): void {
  if (user !== undefined && toHeaderText(user).length > MAX_USER_HEADER_BYTES) {
    throw new ApiError("invalid-request", `user: at most ${MAX_USER_HEADER_BYTES} bytes encoded`);
  }
  if (auth !== undefined && sizeOfAuth(auth) > MAX_AUTH_HEADER_BYTES) {
    throw new ApiError("invalid-request", `auth: at most ${MAX_AUTH_HEADER_BYTES} bytes as JSON`);
  }
}

function sizeOfAuth(auth: object): number {
  try {
    return toHeaderJson(auth).length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY; // nested beyond the stack
    throw error;
  }
}

/** The key asked for, or one of the backend's own. */
function keyOf({ key }: ConnectRequest, id: BackendId, namespace: string): Key {
  return { name: key?.name ?? id, namespace: key?.namespace ?? namespace, tag: key?.tag ?? "" };
}

export function newToken({ user, auth, token_ttl_seconds }: ConnectRequest): NewToken {
  return {
    token: newConnectionToken(),
    secret: newSecretToken(),
    user: user ?? null,
    auth: auth ?? {},
    ttlMs: (token_ttl_seconds ?? CONNECTION_TOKEN_TTL_SECONDS) * 1_000,
  };
}

export interface PlanDefaults extends Pick<SpawnPlan, "cluster" | "beginWindowMs"> {
  /** Of a backend whose key names none. */
  namespace: string;
}

/** Everything that a spawn writes, with the defaults filled in; where to is decided elsewhere. */
export function planSpawn(
  id: BackendId,
  request: ConnectRequest,
  spawn: SpawnConfig,
  { cluster, beginWindowMs, namespace }: PlanDefaults,
): Omit<SpawnPlan, "drone"> {
  const spec = specOf(id, keyOf(request, id, namespace), spawn);
  const needsToken = spawn.access !== "public" && spawn.use_static_token !== true;
  return {
    spec,
    cluster,
    pool: spawn.pool ?? "",
    labels: spawn.labels ?? {},
    subdomain: spawn.subdomain ?? null,
    access: spawn.access ?? "token",
    config: showable(spec),
    maxIdleMs: milliseconds(spawn.max_idle_seconds),
    lifetimeMs: milliseconds(spawn.lifetime_limit_seconds),
    token: needsToken ? newToken(request) : null,
    beginWindowMs,
  };
}

function specOf(id: BackendId, key: Key, spawn: SpawnConfig): BackendSpec {
  const { image, command, credentials, mount, network } = spawn;
  return {
    backend_id: id,
    key,
    fencing_token: 0,
    image,
    pull_policy: spawn.pull_policy ?? "if-not-present",
    env: spawn.env ?? {},
    port: spawn.port ?? DEFAULT_PORT,
    grace_seconds: spawn.grace_seconds ?? GRACE_SECONDS,
    ready: spawn.ready ?? {},
    resources: spawn.resources ?? {},
    ...(spawn.use_static_token === true ? { static_token: newStaticToken() } : {}),
    ...(command === undefined ? {} : { command }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(mount === undefined ? {} : { mount }),
    ...(network === undefined ? {} : { network }),
  };
}

function showable({
  port,
  grace_seconds,
  resources,
  ready,
  env,
  command,
}: BackendSpec): BackendConfig {
  return {
    port,
    grace_seconds,
    resources,
    ready,
    env_names: Object.keys(env),
    command: command ?? null,
  };
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : seconds * 1_000;
}
