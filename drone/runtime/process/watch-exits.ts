import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Instance, RuntimeEvent } from "../runtime.ts";
import { listInstances } from "./find-process.ts";
import { lookAtOutputs } from "./output/look-at-outputs.ts";
import type { Outputs } from "./output/outputs.ts";
import type { ProcessDeps } from "./process-deps.ts";

const POLL_MS = 100;

type WatchDeps = ProcessDeps & { outputs: Outputs };

/**
 * Looks again and again: no file event tells of a keeper that was killed. Each look is one at the
 * outputs, too.
 */
export async function watchExits(
  deps: WatchDeps,
  onEvent: (event: RuntimeEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = deps;
  let known: ReadonlySet<BackendId> | undefined;
  while (!signal.aborted) {
    try {
      const instances = await listInstances(deps);
      const ended = new Set(idsOf(instances.filter(({ state }) => state === "ended")));
      await lookAtOutputs(deps.outputs, deps.options.stateDir, idsOf(instances));
      if (signal.aborted) return;
      if (known === undefined) onEvent({ kind: "resync" });
      for (const id of ended) if (known?.has(id) === false) onEvent({ kind: "ended", id });
      known = ended;
    } catch (error) {
      log.warn({ err: error }, "instances cannot be looked at");
      known = undefined;
    }
    await clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

function idsOf(instances: readonly Instance[]): BackendId[] {
  return instances.map(({ id }) => id);
}
