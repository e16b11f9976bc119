import { type CalmDeps, calm } from "./calm.ts";
import { Crowd } from "./clients/crowd.ts";
import type { Target } from "./fault.ts";
import type { ChaosOptions } from "./options.ts";
import type { StageDeps } from "./parts/stage.ts";
import { planFaults } from "./plan.ts";
import { type FaultDeps, runFaults } from "./run-faults.ts";
import { openSession } from "./session.ts";

/** Chapter after chapter of faults under a crowd of clients, and a calm after each. */
export async function randomRun(deps: StageDeps, say: (line: string) => void): Promise<void> {
  const session = await openSession(deps);
  try {
    const { world } = session;
    const tools: FaultDeps & CalmDeps = { ...session, recorder: deps.recorder, say };
    await calm(tools);
    await using crowd = new Crowd(world);
    for (const [index, chapter] of planFaults(planOptions(deps.options)).entries()) {
      say(`chapter ${index + 1}: ${chapter.faults.length} faults, ${chapter.weather}`);
      crowd.wake();
      await runFaults(tools, chapter);
      crowd.rest();
      await calm(tools);
    }
  } finally {
    await session.close();
  }
}

function planOptions(options: ChaosOptions) {
  const { seed, faults, everyMs, lease, store } = options;
  const isThere = (target: Target) =>
    store === "postgres" || !["controller-b", "postgres"].includes(target);
  const { expiryMs, softMs, renewMs } = lease;
  const targets = options.targets.filter(isThere);
  return { seed, faults, everyMs, expiryMs, slackMs: softMs - renewMs, targets };
}
