import { type Static, Type } from "typebox";
import { NextCursor } from "./next-cursor.ts";
import { Nullable } from "./nullable.ts";
import { SpawnConfig } from "./spawn-config.ts";
import { EpochMs } from "./time.ts";

const name = (maxLength: number, description: string) =>
  Type.String({ pattern: "^[A-Za-z0-9_-][A-Za-z0-9._-]*$", maxLength, description });

// Together, with two slashes between, they are a namespace: 128 characters.
export const AccountName = name(39, "Whose a service is: the first part of its namespace.");
export const ServiceName = name(48, "A service's name, the second part of its namespace.");
export const EnvironmentName = name(39, "An environment's name, the last part of its namespace.");

/** The account of services that name none. */
export const DEFAULT_ACCOUNT = "default";
/** What the service itself is called among its environments. */
export const DEFAULT_ENVIRONMENT = "default";

/** A service's spawn config: an image may be set later. */
export const ServiceSpawn = Type.Object(
  {
    ...SpawnConfig.properties,
    image: Type.Optional(SpawnConfig.properties.image),
  },
  { additionalProperties: false },
);
export type ServiceSpawn = Static<typeof ServiceSpawn>;

/** What an environment has of its own; the rest is the service's. */
export const EnvironmentOverrides = Type.Object(
  {
    image: Type.Optional(
      Type.Unsafe<string>({
        ...SpawnConfig.properties.image,
        description: "Default: the service's.",
      }),
    ),
    cluster: Type.Optional(
      Type.Unsafe<string>({
        ...SpawnConfig.properties.cluster,
        description: "Default: the service's.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type EnvironmentOverrides = Static<typeof EnvironmentOverrides>;

const Environments = Type.Record(EnvironmentName, EnvironmentOverrides, {
  additionalProperties: false,
  maxProperties: 100,
  description: "By name; not `default`, which is the service itself. Default: none.",
});

const ofService = {
  spawn: Type.Optional(
    Type.Unsafe<ServiceSpawn>({
      ...ServiceSpawn,
      description: "What its backends are spawned with. Default: nothing but defaults.",
    }),
  ),
  environments: Type.Optional(Environments),
};

export const CreateServiceRequest = Type.Object(
  { account: Type.Optional(AccountName), name: ServiceName, ...ofService },
  { additionalProperties: false },
);
export type CreateServiceRequest = Static<typeof CreateServiceRequest>;

/** All of it is replaced, but for env and credentials that are left out: nobody can read them to send them again. */
export const PutServiceRequest = Type.Object(ofService, { additionalProperties: false });
export type PutServiceRequest = Static<typeof PutServiceRequest>;

const { env: _env, credentials: _credentials, ...shown } = ServiceSpawn.properties;

export const ServiceEnvironment = Type.Object({
  name: EnvironmentName,
  namespace: Type.String({ description: "Of the keys of its backends." }),
  image: Nullable(Type.String({ description: "Null: the service's." })),
  cluster: Nullable(Type.String({ description: "Null: the service's." })),
  created_at: EpochMs,
  last_spawned_at: Nullable(EpochMs),
});

/** A named spawn config. Of its env the names only. */
export const Service = Type.Object({
  account: AccountName,
  name: ServiceName,
  namespace: Type.String({
    description: "Of the keys of its backends: `<account>/<name>`, then `/<environment>`.",
  }),
  spawn: Type.Object(shown),
  env_names: Type.Array(Type.String()),
  has_credentials: Type.Boolean(),
  environments: Type.Array(ServiceEnvironment),
  images: Type.Array(Type.Object({ image: Type.String(), used_at: EpochMs }), {
    description: "The last 50 images that it was told to use, the latest first.",
  }),
  created_at: EpochMs,
  last_spawned_at: Nullable(EpochMs),
});
export type Service = Static<typeof Service>;

export const ServiceList = Type.Object({
  services: Type.Array(Service),
  next_cursor: NextCursor,
});
export type ServiceList = Static<typeof ServiceList>;
