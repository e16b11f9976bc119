import { setTimeout as delay } from "node:timers/promises";
import { connect } from "./clients/connect.ts";
import { undrain } from "./clients/crowd.ts";
import { type ChaosKey, KEYS } from "./clients/keys.ts";
import { ask, toVisit } from "./clients/through-proxy.ts";
import type { World } from "./clients/world.ts";
import { DRONES, PROXIES } from "./fault.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import type { Stage } from "./parts/stage.ts";
import { countersAmiss } from "./watch/counters.ts";
import type { DatabaseReader } from "./watch/database.ts";
import { containersAmiss } from "./watch/leftovers.ts";

/** A drone may pause for 10 s before it dials again, and a spawn that it cannot begin waits for 11. */
const DEADLINE_MS = 60_000;
const AGAIN_MS = 500;

export interface CalmDeps {
  world: World;
  stage: Stage;
  reader: DatabaseReader;
}

/** With everything healed and nobody asking, everything comes right: told is what has not, in time. */
export async function calm(deps: CalmDeps): Promise<void> {
  const began = monotonicMs();
  await deps.stage.untilReady();
  for (const drone of DRONES) await undrain(deps.world, drone);
  const keys = await Promise.all(KEYS.map((key) => settleKey(deps, key, began + DEADLINE_MS)));
  const rest = await untilEmpty(began + DEADLINE_MS, async () => [
    ...(await containersAmiss(deps)),
    ...(await countersAmiss(deps.reader)),
  ]);
  const unsettled = [...keys.flat(), ...rest];
  const tookMs = Math.round(monotonicMs() - began);
  deps.world.recorder.record({ kind: "calm", tookMs, unsettled });
}

/** Empty once a connect gives a backend that answers through every proxy. */
async function settleKey({ world }: CalmDeps, key: ChaosKey, deadline: number): Promise<string[]> {
  return await untilEmpty(deadline, async () => {
    const session = await connect(world, key, { waitSeconds: 20 });
    if (session === undefined) return [`${key.name}: no connect gives a backend`];
    if (session.state !== "ready") return [`${key.name}: its backend is ${session.state}`];
    const place = { label: session.backend, path: `/${session.token}/` };
    for (const proxy of PROXIES) {
      const asked = monotonicMs();
      const { told, status } = await ask(proxy, place);
      if (told === undefined) return [`${key.name}: ${proxy} answers ${status} for it`];
      world.recorder.record(toVisit(proxy, session, asked, told));
    }
    return [];
  });
}

/** What is still amiss at the deadline. */
export async function untilEmpty(
  deadline: number,
  amiss: () => Promise<string[]>,
): Promise<string[]> {
  for (;;) {
    const found = await amiss().catch((error: unknown) => [String(error)]);
    if (found.length === 0 || monotonicMs() > deadline) return found;
    await delay(AGAIN_MS);
  }
}
