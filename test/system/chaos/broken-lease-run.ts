import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "../../harness/wait-for.ts";
import { connect } from "./clients/connect.ts";
import { KEYS } from "./clients/keys.ts";
import { OPEN } from "./link/link-state.ts";
import { LyingLink } from "./link/lying-link.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import { controllerPort, droneLinkPort } from "./parts/places.ts";
import type { StageDeps } from "./parts/stage.ts";
import { openSession } from "./session.ts";

/** Beyond the expiry: for another drone to begin, and for both backends to be seen. */
const MORE_MS = 25_000;

const AGAIN_MS = 100;

/**
 * The drone that runs a key is told that its lease holds for an hour, and is cut off. After the expiry the
 * controller gives the key to another, and the checker has to see both backends live.
 */
export async function brokenLeaseRun(deps: StageDeps, say: (line: string) => void): Promise<void> {
  const { options, recorder } = deps;
  const links = new Map<number, LyingLink>();
  const droneLink = async (port: number) => {
    const link = await LyingLink.open(port, controllerPort("controller-a"));
    links.set(port, link);
    return link;
  };
  const session = await openSession({ ...deps, droneLink });
  try {
    const { world } = session;
    const [key] = KEYS;
    if (key === undefined) throw new Error("there is no key");
    const first = await waitFor("a first backend", () => connect(world, key, { waitSeconds: 20 }));
    await world.rows.readNow();
    const drone = world.rows.row(first?.backend ?? "")?.drone;
    if (drone === undefined) throw new Error(`there is no row of ${first.backend}`);
    const link = links.get(droneLinkPort(drone));
    await link?.lie();
    const began = monotonicMs();
    say(
      `${drone} runs ${first.backend} of ${key.name}, believes in its lease for an hour, and is cut off`,
    );
    link?.set({ kind: "cut" });
    const until = began + options.lease.expiryMs + MORE_MS;
    while (monotonicMs() < until) {
      const next = await connect(world, key, { waitSeconds: 5 });
      if (next !== undefined && next.backend !== first.backend && next.state === "ready") {
        say(`${key.name} has been given to ${next.backend}`);
        break;
      }
      await delay(AGAIN_MS);
    }
    await delay(1_000);
    const fault = { id: 1, target: drone, how: "cut", liveRestore: true, pick: 0 } as const;
    const forMs = monotonicMs() - began;
    recorder.record({ kind: "fault", ...fault, forMs, began, until: monotonicMs() });
    link?.set(OPEN);
  } finally {
    await session.close();
  }
}
