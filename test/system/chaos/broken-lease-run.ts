import { setTimeout as delay } from "node:timers/promises";
import { connect } from "./clients/connect.ts";
import { KEYS } from "./clients/keys.ts";
import { OPEN } from "./link/link-state.ts";
import { LyingLink } from "./link/lying-link.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import { controllerPort } from "./parts/places.ts";
import type { StageDeps } from "./parts/stage.ts";
import { openSession } from "./session.ts";

/** Beyond the expiry: for another drone to begin, and for both backends to be seen. */
const MORE_MS = 25_000;

/**
 * Every drone is told that its lease holds for an hour; then the one that runs the key is cut off. After
 * the expiry the controller gives the key to another, and the checker has to see both backends live.
 */
export async function brokenLeaseRun(deps: StageDeps, say: (line: string) => void): Promise<void> {
  const { options, recorder } = deps;
  const droneLink = (port: number) => LyingLink.open(port, controllerPort("controller-a"));
  const session = await openSession({ ...deps, droneLink });
  try {
    const { world, stage } = session;
    const [key] = KEYS;
    if (key === undefined) throw new Error("there is no key");
    const first = await connect(world, key, { waitSeconds: 20 });
    await world.rows.readNow();
    const drone = world.rows.row(first?.backend ?? "")?.drone;
    if (first === undefined || drone === undefined) throw new Error("no backend to begin with");
    const began = monotonicMs();
    say(`${drone} runs ${first.backend} of ${key.name}, and is cut off`);
    stage.links.get(drone)?.set({ kind: "cut" });
    const until = began + options.lease.expiryMs + MORE_MS;
    while (monotonicMs() < until) {
      const next = await connect(world, key, { waitSeconds: 5 });
      if (next !== undefined && next.backend !== first.backend && next.state === "ready") {
        say(`${key.name} has been given to ${next.backend}`);
        break;
      }
    }
    await delay(1_000);
    const fault = { id: 1, target: drone, how: "cut", liveRestore: true, pick: 0 } as const;
    const forMs = monotonicMs() - began;
    recorder.record({ kind: "fault", ...fault, forMs, began, until: monotonicMs() });
    stage.links.get(drone)?.set(OPEN);
  } finally {
    await session.close();
  }
}
