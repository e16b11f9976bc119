import type { Service } from "../../src/protocol/service.ts";
import { namespaceOf } from "../services/service-namespace.ts";
import type { ServiceRecord } from "../store/service-store.ts";

/** Everything of a service but the values of its env, and its credentials. */
export function presentService({
  account,
  name,
  spawn: { env = {}, credentials, ...spawn },
  ...service
}: ServiceRecord): Service {
  return {
    account,
    name,
    namespace: namespaceOf({ account, name, environment: null }),
    spawn,
    env_names: Object.keys(env),
    has_credentials: credentials !== undefined,
    environments: service.environments.map((environment) => ({
      name: environment.name,
      namespace: namespaceOf({ account, name, environment: environment.name }),
      image: environment.image,
      cluster: environment.cluster,
      created_at: environment.createdAt,
      last_spawned_at: environment.lastSpawnedAt,
    })),
    images: service.images.map(({ image, usedAt }) => ({ image, used_at: usedAt })),
    created_at: service.createdAt,
    last_spawned_at: service.lastSpawnedAt,
  };
}
