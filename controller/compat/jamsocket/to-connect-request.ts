import { type Static, Type } from "typebox";
import { ConnectRequest } from "../../../src/protocol/connect.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { Key } from "../../../src/protocol/key.ts";
import type { ServiceSpawn } from "../../../src/protocol/service.ts";
import { IMAGE_PATTERN, SpawnConfig } from "../../../src/protocol/spawn-config.ts";
import { namespaceOf, type ServicePlace } from "../../services/service-namespace.ts";
import { given, Nullish } from "../given.ts";
import { ResourceLimits, toResources } from "../resource-limits.ts";
import { chooseTag } from "./choose-image.ts";

const { env, mount, cluster, max_idle_seconds, lifetime_limit_seconds } = SpawnConfig.properties;

const Spawn = Type.Object(
  {
    tag: Nullish(Type.String({ minLength: 1, maxLength: 512, pattern: IMAGE_PATTERN })),
    cluster: Nullish(cluster),
    lifetime_limit_seconds: Nullish(lifetime_limit_seconds),
    max_idle_seconds: Nullish(max_idle_seconds),
    executable: Nullish(
      Type.Object(
        { mount: Nullish(mount), env: Nullish(env), resource_limits: Nullish(ResourceLimits) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export const JamsocketConnect = Type.Object(
  {
    key: Nullish(Key.properties.name),
    spawn: Nullish(Type.Union([Type.Boolean(), Spawn])),
    user: Nullish(ConnectRequest.properties.user),
    auth: Nullish(ConnectRequest.properties.auth),
  },
  { additionalProperties: false },
);
export type JamsocketConnect = Static<typeof JamsocketConnect>;

/** Jamsocket's own defaults, where the service has none. */
const IDLE_SECONDS = 300;
const GRACE_SECONDS = 30;

/** What the service's environment is, changed as the request says. */
export function toConnectRequest(
  place: ServicePlace,
  service: ServiceSpawn,
  request: JamsocketConnect,
): ConnectRequest {
  const { key, spawn, user, auth } = request;
  if (spawn === false && key == null) {
    throw new ApiError("invalid-request", "key: must be given where spawn is false");
  }
  const overrides = typeof spawn === "object" && spawn !== null ? spawn : {};
  return given<ConnectRequest>({
    key: { name: key ?? newOwnKey(), namespace: namespaceOf(place) },
    spawn: spawn === false ? undefined : spawnOf(service, overrides),
    user,
    auth,
  });
}

function spawnOf(service: ServiceSpawn, overrides: Static<typeof Spawn>): SpawnConfig {
  const { tag, executable } = overrides;
  const image = tag == null ? service.image : chooseTag(service.image, tag);
  if (image === undefined) {
    throw new ApiError("no-image", "the service has no image yet: set one with use-image");
  }
  return {
    max_idle_seconds: IDLE_SECONDS,
    grace_seconds: GRACE_SECONDS,
    ...service,
    image,
    env: { ...service.env, ...executable?.env },
    resources: { ...service.resources, ...toResources(executable?.resource_limits) },
    ...given<Partial<SpawnConfig>>({
      mount: executable?.mount,
      cluster: overrides.cluster,
      lifetime_limit_seconds: overrides.lifetime_limit_seconds,
      max_idle_seconds: overrides.max_idle_seconds,
    }),
  };
}

const OWN_KEY = /^lk-[a-z0-9]{14}$/;

/** Of a backend that was asked for without a key: it has one all the same, which nobody else can name. */
const newOwnKey = () => `lk-${newBackendId()}`;

export function isOwnKey(name: string): boolean {
  return OWN_KEY.test(name);
}
