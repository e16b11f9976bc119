import { setTimeout as delay } from "node:timers/promises";
import { DRONES, type Drone } from "../fault.ts";
import { browse } from "./browser.ts";
import { connect, type Session } from "./connect.ts";
import { KEYS } from "./keys.ts";
import { trespass } from "./trespasser.ts";
import type { World } from "./world.ts";

const CONNECTORS = 3;
const PAUSE_MS = {
  connect: 900,
  terminate: 7_000,
  revoke: 30_000,
  drain: 25_000,
  trespass: 3_000,
  list: 2_000,
};
const BROWSERS_AT_ONCE = 10;
const REMEMBERED = 20;

/** Everybody who uses the system while it is being broken. They rest in the calm. */
export class Crowd implements AsyncDisposable {
  readonly #world: World;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #browsers = new Set<Promise<void>>();
  #recent: Session[] = [];
  #resting = false;

  constructor(world: World) {
    this.#world = world;
    for (let n = 0; n < CONNECTORS; n++) this.#repeat(PAUSE_MS.connect, () => this.#connect());
    this.#repeat(PAUSE_MS.terminate, () => this.#terminate());
    this.#repeat(PAUSE_MS.revoke, () => this.#revoke());
    this.#repeat(PAUSE_MS.drain, () => this.#drain());
    this.#repeat(PAUSE_MS.trespass, () => this.#trespass());
    this.#repeat(PAUSE_MS.list, () => this.#list());
  }

  rest(): void {
    this.#resting = true;
  }

  wake(): void {
    this.#resting = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#loops, ...this.#browsers]);
  }

  #repeat(meanMs: number, act: () => Promise<void>): void {
    const { random } = this.#world;
    const { signal } = this.#stop;
    const loop = async () => {
      while (!signal.aborted) {
        await delay(random.between(0.2, 1.8) * meanMs, undefined, { signal }).catch(
          () => undefined,
        );
        if (!signal.aborted && !this.#resting) await act();
      }
    };
    this.#loops.push(loop());
  }

  async #connect(): Promise<void> {
    const { random } = this.#world;
    const waitSeconds = random.chance(0.6) ? 20 : undefined;
    const session = await connect(this.#world, random.pick(KEYS), { waitSeconds });
    if (session === undefined) return;
    this.#recent = [...this.#recent, session].slice(-REMEMBERED);
    if (this.#browsers.size >= BROWSERS_AT_ONCE) return;
    const browser = browse(this.#world, session, this.#stop.signal);
    this.#browsers.add(browser);
    void browser.finally(() => this.#browsers.delete(browser));
  }

  #someReady(): string | undefined {
    const { random, rows } = this.#world;
    const ready = rows.live().filter(({ status }) => status === "ready");
    return ready.length === 0 ? undefined : random.pick(ready).backend;
  }

  async #revoke(): Promise<void> {
    const { random, api, recorder, controllers } = this.#world;
    const backend = this.#someReady();
    if (backend === undefined) return;
    const path = `/v1/backends/${backend}/prevent-renew`;
    const { asked, status } = await api.call(random.pick(controllers), path, { method: "POST" });
    recorder.record({ kind: "revoke", asked, backend, status });
  }

  async #terminate(): Promise<void> {
    const { random, api, recorder, controllers } = this.#world;
    const backend = this.#someReady();
    if (backend === undefined) return;
    const hard = random.chance(0.3);
    const path = `/v1/backends/${backend}/terminate`;
    const answer = await api.call(random.pick(controllers), path, {
      method: "POST",
      body: { hard },
    });
    const { asked, status } = answer;
    recorder.record({ kind: "terminate", asked, backend, hard, status });
  }

  async #drain(): Promise<void> {
    const { random, recorder, api, controllers } = this.#world;
    const drone = random.pick<Drone>(DRONES);
    const ends = random.chance(0.5);
    const path = `/v1/drones/${drone}`;
    const body = ends ? { terminate_after_seconds: 1 } : {};
    const controller = random.pick(controllers);
    const { asked } = await api.call(controller, `${path}/drain`, { method: "POST", body });
    if (ends) recorder.record({ kind: "drain", drone, asked });
    await delay(random.between(1_000, 5_000));
    await undrain(this.#world, drone);
  }

  async #trespass(): Promise<void> {
    const { random } = this.#world;
    if (this.#recent.length === 0) return;
    await trespass(this.#world, random.pick(this.#recent), random.pick(this.#recent));
  }

  /** For what the answers may give away. */
  async #list(): Promise<void> {
    const { random, rows, api, controllers } = this.#world;
    const controller = random.pick(controllers);
    const paths = ["/v1/backends?limit=1000", "/v1/drones", "/v1/controllers"];
    const [row] = rows.live();
    if (row !== undefined)
      paths.push(`/v1/backends/${row.backend}`, `/v1/backends/${row.backend}/idle`);
    for (const path of paths) await api.call(controller, path);
  }
}

/** Until a controller has said yes. */
export async function undrain({ api, random, controllers }: World, drone: Drone): Promise<void> {
  const path = `/v1/drones/${drone}/undrain`;
  for (let tries = 0; tries < 60; tries++) {
    const { status } = await api.call(random.pick(controllers), path, { method: "POST" });
    if (status === 200) return;
    await delay(500);
  }
}
