import type { ConnectRequest } from "../../protocol/connect.ts";
import type { SpawnConfig } from "../../protocol/spawn-config.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/** What a backend is spawned with, as the flags have it. */
export interface SpawnFlags {
  image?: string;
  env?: Record<string, string>;
  port?: number;
  readyPath?: string;
  maxIdle?: number;
  lifetime?: number;
  grace?: number;
  memory?: number;
  cpus?: number;
  pids?: number;
  mount?: string | true;
  label?: Record<string, string>;
  subdomain?: string;
  public?: true;
  staticToken?: true;
  pool?: string;
  cluster?: string;
}

/** What is asked for, as the flags have it. */
export interface ConnectFlags extends SpawnFlags {
  key?: string;
  namespace?: string;
  tag?: string;
  user?: string;
  auth?: Record<string, unknown>;
  waitSeconds?: number;
  queue?: number;
}

export function toConnectRequest(flags: ConnectFlags, command: readonly string[]): ConnectRequest {
  const spawn = toSpawnConfig(flags, command);
  if (flags.key === undefined && (flags.namespace ?? flags.tag) !== undefined) {
    throw usage("--namespace and --tag belong to a key.", "Name it with --key.");
  }
  if (spawn === undefined && flags.key === undefined) {
    throw usage("There is neither an image nor a key.", "Spawn with --image, or find with --key.");
  }
  return given<ConnectRequest>({
    key: flags.key === undefined ? undefined : keyOf(flags.key, flags),
    spawn,
    user: flags.user,
    auth: flags.auth,
    wait_seconds: flags.waitSeconds,
    queue_seconds: flags.queue,
  });
}

function keyOf(name: string, { namespace, tag }: ConnectFlags) {
  return given<NonNullable<ConnectRequest["key"]>>({ name, namespace, tag });
}

function toSpawnConfig(flags: ConnectFlags, command: readonly string[]): SpawnConfig | undefined {
  const { image } = flags;
  const rest = spawnFields(flags, command);
  if (image !== undefined) return { ...rest, image };
  if (unlessEmpty(rest) === undefined) return undefined;
  throw usage("Without --image nothing can be spawned.", "Name what to run with --image.");
}

/** All but the image. */
export function spawnFields(
  { cpus, memory, pids, readyPath, ...flags }: SpawnFlags,
  command: readonly string[],
): Omit<SpawnConfig, "image"> {
  return given<Omit<SpawnConfig, "image">>({
    env: flags.env,
    command: command.length === 0 ? undefined : [...command],
    pool: flags.pool,
    cluster: flags.cluster,
    port: flags.port,
    max_idle_seconds: flags.maxIdle,
    lifetime_limit_seconds: flags.lifetime,
    grace_seconds: flags.grace,
    resources: unlessEmpty(given({ cpus, memory_bytes: memory, pids })),
    mount: flags.mount,
    ready: readyPath === undefined ? undefined : { path: readyPath },
    labels: flags.label,
    access: flags.public === true ? ("public" as const) : undefined,
    use_static_token: flags.staticToken,
    subdomain: flags.subdomain,
  });
}

/** The API tells absent from undefined, and so do the types. */
function given<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}

function unlessEmpty<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function usage(message: string, hint: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage, hints: [hint] });
}
