import { type Static, Type } from "typebox";
import { NodeName } from "./ids.ts";
import { literals } from "./literals.ts";
import {
  DEFAULT_PIDS_LIMIT,
  DEFAULT_PORT,
  GRACE_SECONDS,
  READY_TIMEOUT_SECONDS,
} from "./timings.ts";

/** More than any machine has, and little enough that the sums of many stay exact. */
const PEBIBYTE = 2 ** 50;

const Seconds = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: 31_536_000, description });

export const Resources = Type.Object(
  {
    cpus: Type.Optional(
      Type.Number({ minimum: 0.01, maximum: 1_024, description: "CPU cores. Default: no limit." }),
    ),
    memory_bytes: Type.Optional(
      Type.Integer({
        minimum: 6_291_456,
        maximum: PEBIBYTE,
        description: "Memory without swap, in bytes; at least 6 MiB. Default: no limit.",
      }),
    ),
    disk_bytes: Type.Optional(
      Type.Integer({
        minimum: 1_048_576,
        maximum: PEBIBYTE,
        description:
          "Size of the writable layer in bytes. Needs a storage driver that supports it, else the backend ends with createfailed.",
      }),
    ),
    pids: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4_194_304,
        description: `Processes and threads. Default: ${DEFAULT_PIDS_LIMIT}.`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Resources = Static<typeof Resources>;

export const Readiness = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        pattern: "^/[!-~]*$",
        maxLength: 1_024,
        description: "GET this path; ready at a status below 500. Default: any answer to HEAD /.",
      }),
    ),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: "Default: the backend's port." }),
    ),
    timeout_seconds: Type.Optional(
      Seconds(
        `From container start to first answer; pull time does not count. Default: ${READY_TIMEOUT_SECONDS}.`,
      ),
    ),
  },
  { additionalProperties: false },
);
export type Readiness = Static<typeof Readiness>;

export const PullPolicy = literals(["if-not-present", "always", "never"]);
export type PullPolicy = Static<typeof PullPolicy>;

export const Credentials = Type.Object(
  {
    username: Type.String({ maxLength: 256, description: "At the registry." }),
    password: Type.String({ maxLength: 4_096, description: "Or an access token." }),
  },
  { additionalProperties: false, description: "Registry credentials for the pull. Never shown." },
);
export type Credentials = Static<typeof Credentials>;

export const Access = literals(["token", "public"]);
export type Access = Static<typeof Access>;

/**
 * A reference ends in `@` and a digest at most: a user and password before a registry's name would be
 * told wherever the image is, and Docker would not take them.
 */
export const IMAGE_PATTERN = "^[!-?A-~]+(@[!-.0-~]*)?$";

const ENV_NAME = "^[A-Za-z_][A-Za-z0-9_]*$";

/** How to spawn a backend. `image` alone is enough. */
export const SpawnConfig = Type.Object(
  {
    image: Type.String({
      minLength: 1,
      maxLength: 512,
      pattern: IMAGE_PATTERN,
      description:
        "An image reference; with the process runtime, the name of an app. A user and password for its registry go into `credentials`.",
    }),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: ENV_NAME, maxLength: 256 }), Type.String(), {
        additionalProperties: false,
        maxProperties: 1_000,
        description:
          "Environment; Hangar's own variables win. Values are never shown again. A variable has at most 131,071 bytes, its name and the = among them; env and command together 1 MiB.",
      }),
    ),
    command: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        maxItems: 256,
        description:
          "Arguments in place of the image's own, each of at most 131,071 bytes. Default: the image's.",
      }),
    ),
    pool: Type.Optional(
      Type.Union([NodeName, Type.Literal("")], {
        description: "Default: empty, the pool of no name.",
      }),
    ),
    cluster: Type.Optional(
      Type.String({ maxLength: 253, description: "Default: the controller's cluster." }),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: `Where the app listens; given as PORT. Default: ${DEFAULT_PORT}.`,
      }),
    ),
    max_idle_seconds: Type.Optional(
      Seconds("Terminate after so long without activity, from ready on. Default: never."),
    ),
    lifetime_limit_seconds: Type.Optional(
      Seconds("Terminate so long after scheduling, whatever happens. Default: never."),
    ),
    grace_seconds: Type.Optional(
      Seconds(`Between the stop signal and the kill. Default: ${GRACE_SECONDS}.`, 0),
    ),
    resources: Type.Optional(Resources),
    pull_policy: Type.Optional(
      Type.Unsafe<PullPolicy>({ ...PullPolicy, description: "Default: if-not-present." }),
    ),
    credentials: Type.Optional(Credentials),
    mount: Type.Optional(
      Type.Union(
        [
          Type.Boolean(),
          Type.String({
            minLength: 1,
            maxLength: 512,
            pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$",
          }),
        ],
        {
          description:
            "A folder below the drone's mount base, seen at /data and /plane-data: true for one of the key's own, or a relative path.",
        },
      ),
    ),
    network: Type.Optional(
      Type.String({
        pattern: "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$",
        description: "A Docker network in place of Hangar's own; the drone must allow it.",
      }),
    ),
    ready: Type.Optional(Readiness),
    labels: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$" }),
        Type.String({ maxLength: 256 }),
        {
          additionalProperties: false,
          maxProperties: 64,
          description: "To find backends by; anybody who may list them sees these.",
        },
      ),
    ),
    access: Type.Optional(
      Type.Unsafe<Access>({
        ...Access,
        description: "`public` lets in whoever knows the host name. Default: token.",
      }),
    ),
    use_static_token: Type.Optional(
      Type.Boolean({
        description: "One token for the backend's life that stays in the path. Default: false.",
      }),
    ),
    subdomain: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        description:
          "A host label beside the id; at most one live backend of a cluster has it. Must not look like an id.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type SpawnConfig = Static<typeof SpawnConfig>;
