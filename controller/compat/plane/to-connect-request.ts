import { type Static, Type } from "typebox";
import { ConnectRequest } from "../../../src/protocol/connect.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { Key } from "../../../src/protocol/key.ts";
import { literals } from "../../../src/protocol/literals.ts";
import { Credentials, type PullPolicy, SpawnConfig } from "../../../src/protocol/spawn-config.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";
import { given, Nullish } from "../given.ts";
import { ResourceLimits, toResources } from "../resource-limits.ts";

const { properties } = SpawnConfig;

/** Plane's Docker executor config. */
const Executable = Type.Object(
  {
    image: properties.image,
    pull_policy: Nullish(literals(["IfNotPresent", "Always", "Never"])),
    credentials: Nullish(Credentials),
    env: Nullish(properties.env),
    resource_limits: Nullish(ResourceLimits),
    mount: Nullish(properties.mount),
    network_name: Nullish(properties.network),
  },
  { additionalProperties: false },
);

const PlaneSpawn = Type.Object(
  {
    id: Nullish(Type.String()),
    cluster: Nullish(properties.cluster),
    pool: Nullish(properties.pool),
    executable: Executable,
    lifetime_limit_seconds: Nullish(properties.lifetime_limit_seconds),
    max_idle_seconds: Nullish(properties.max_idle_seconds),
    use_static_token: Nullish(Type.Boolean()),
    subdomain: Nullish(Type.String({ maxLength: 63 })),
  },
  { additionalProperties: false },
);

export const PlaneConnect = Type.Object(
  {
    key: Nullish(
      Type.Object(
        {
          name: Key.properties.name,
          namespace: Nullish(Key.properties.namespace),
          tag: Nullish(Key.properties.tag),
        },
        { additionalProperties: false },
      ),
    ),
    spawn_config: Nullish(PlaneSpawn),
    user: Nullish(ConnectRequest.properties.user),
    auth: Nullish(ConnectRequest.properties.auth),
  },
  { additionalProperties: false },
);
export type PlaneConnect = Static<typeof PlaneConnect>;

/** Plane's, where Hangar's is another. */
const GRACE_SECONDS = 30;

export function toConnectRequest({ key, spawn_config, user, auth }: PlaneConnect): ConnectRequest {
  if (key == null && spawn_config == null) {
    throw new ApiError("key-not-held", "neither a key nor a spawn config was given");
  }
  return given<ConnectRequest>({
    key: key == null ? undefined : given<NonNullable<ConnectRequest["key"]>>(key),
    spawn: spawn_config == null ? undefined : toSpawn(spawn_config),
    user,
    // Plane's client says {} for none, which is what none means here; a static token has no place for it.
    auth: auth == null || Object.keys(auth).length === 0 ? undefined : auth,
  });
}

function toSpawn(config: Static<typeof PlaneSpawn>): SpawnConfig {
  if (config.id != null) {
    throw new ApiError("invalid-request", "spawn_config.id: Hangar chooses the ids of backends");
  }
  const { executable } = config;
  return given<SpawnConfig>({
    image: executable.image,
    grace_seconds: GRACE_SECONDS,
    cluster: config.cluster,
    pool: config.pool,
    lifetime_limit_seconds: config.lifetime_limit_seconds,
    max_idle_seconds: config.max_idle_seconds,
    use_static_token: config.use_static_token,
    subdomain: config.subdomain == null ? undefined : toLabel(config.subdomain),
    env: executable.env,
    pull_policy: executable.pull_policy == null ? undefined : POLICIES[executable.pull_policy],
    credentials: executable.credentials,
    resources: toResources(executable.resource_limits),
    mount: executable.mount,
    network: executable.network_name,
  });
}

const POLICIES: Record<"IfNotPresent" | "Always" | "Never", PullPolicy> = {
  IfNotPresent: "if-not-present",
  Always: "always",
  Never: "never",
};

const Label = validatorOf(properties.subdomain);

/** Host names know no case; Plane lets upper-case letters pass. */
function toLabel(subdomain: string): string {
  const label = subdomain.toLowerCase();
  if (Label.accepts(label)) return label;
  throw new ApiError("invalid-request", "spawn_config.subdomain: must be a host label of ASCII");
}
