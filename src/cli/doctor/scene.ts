import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HangarClient } from "../../client/client.ts";
import type { Drone } from "../../protocol/drone.ts";
import type { Clock } from "../../shared/clock.ts";
import type { ClientSettings } from "../settings/client-settings.ts";
import { elsewhereThan } from "../settings/key-place.ts";
import { ask, type Reply } from "./ask.ts";
import { type Acceptance, offerKey } from "./offer-key.ts";
import { isOwnHost } from "./own-addresses.ts";
import { type ProxyPlace, proxyPlace } from "./proxy-place.ts";
import { type KeyFile, readKeyFile, SCOPES, type Scope } from "./read-key-file.ts";

export interface DoctorSettings extends ClientSettings {
  dockerSocket?: string;
  network: string;
  proxyUrl?: string;
  cluster?: string;
  database?: string;
}

/** What every check is given. Each look is taken once, by whoever asks first. */
export interface Scene {
  readonly settings: DoctorSettings;
  readonly clock: Clock;
  /** Which of Hangar's processes have left something in the data dir. */
  readonly here: { controller: boolean; drone: boolean; apps: boolean };
  readonly signal: AbortSignal;
  health(): Promise<Reply>;
  ready(): Promise<Reply>;
  proxyPlace(): Promise<ProxyPlace>;
  /** What is said there. */
  proxy(): Promise<Reply>;
  docker(): Promise<DockerFacts>;
  keyFiles(): Promise<KeyFile[]>;
  /** Whether the controller takes the keys that are here. */
  acceptance(scope: Scope): Promise<Acceptance>;
  /** With an admin key that the controller takes; undefined without. */
  client(): Promise<HangarClient | undefined>;
  drones(): Promise<readonly Drone[] | undefined>;
}

export type DockerFacts = Awaited<
  ReturnType<typeof import("../../../drone/doctor.ts").examineDocker>
>;

export function openScene(settings: DoctorSettings, clock: Clock, signal: AbortSignal): Scene {
  const { url, dataDir, apiKey } = settings;
  const has = (name: string) => existsSync(join(dataDir, name));
  const keyFiles = lazily(() => Promise.all(SCOPES.map((scope) => readKeyFile(dataDir, scope))));
  const keyOf = async (scope: Scope) => {
    if (scope === "admin" && apiKey !== undefined) return apiKey;
    return (await keyFiles()).find((file) => file.scope === scope)?.key;
  };
  const elsewhere = lazily(() => elsewhereThan(settings));
  const offer = async (scope: Scope): Promise<Acceptance> => {
    const isGiven = scope === "admin" && apiKey !== undefined;
    const places = isGiven ? undefined : await elsewhere();
    const key = await keyOf(scope);
    if (key === undefined || places === undefined) return offerKey({ url, scope, key, signal });
    return { kind: "unknown", why: `it is for ${places.join(", ")}` };
  };
  const accepted = Object.fromEntries(
    SCOPES.map((scope) => [scope, lazily(() => offer(scope))]),
  ) as Record<Scope, () => Promise<Acceptance>>;
  const client = lazily(async () => {
    if ((await accepted.admin()).kind !== "accepted") return undefined;
    const { createClient } = await import("../../client/client.ts");
    return createClient({ url, key: await keyOf("admin") });
  });
  const drones = lazily(async () => await (await client())?.listDrones({ signal }));
  const place = lazily(async () => await placeOf(settings, client, drones, signal));
  return {
    settings,
    clock,
    signal,
    here: { controller: has("hangar.db"), drone: has("drone.db"), apps: has("apps") },
    health: lazily(() => ask(`${url}/health`, { signal })),
    ready: lazily(() => ask(`${url}/ready`, { signal })),
    proxyPlace: place,
    proxy: lazily(async () => ask(`${(await place()).url}/ready`, { signal })),
    docker: lazily(async () => {
      const { examineDocker } = await import("../../../drone/doctor.ts");
      return await examineDocker({ clock }, settings.network, settings.dockerSocket);
    }),
    keyFiles,
    acceptance: (scope) => accepted[scope](),
    client,
    drones,
  };
}

async function placeOf(
  { url, proxyUrl, cluster }: DoctorSettings,
  client: Scene["client"],
  drones: Scene["drones"],
  signal: AbortSignal,
): Promise<ProxyPlace> {
  // What cannot be asked for is told by the checks of the controller.
  const known = async (list: Promise<readonly { cluster: string }[] | undefined>) => {
    const clusters = ((await list.catch(() => undefined)) ?? []).map((each) => each.cluster);
    return clusters.filter((each) => cluster === undefined || each === cluster);
  };
  // Another machine's `localhost` is not this one's.
  if (proxyUrl !== undefined || !isOwnHost(new URL(url).hostname)) {
    return proxyPlace({ named: proxyUrl, joined: [], expected: [] });
  }
  const listProxies = async () => await (await client())?.listProxies({ signal });
  const [joined, expected] = await Promise.all([known(listProxies()), known(drones())]);
  return proxyPlace({
    named: undefined,
    joined,
    expected: cluster === undefined ? expected : [cluster],
  });
}

function lazily<T>(look: () => Promise<T>): () => Promise<T> {
  let looked: Promise<T> | undefined;
  return () => {
    looked ??= look();
    return looked;
  };
}
