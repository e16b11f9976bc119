import type { BackendId } from "../../../src/protocol/ids.ts";
import type { RuntimeEvent } from "../runtime.ts";
import { listInstances } from "./find-process.ts";
import type { ProcessDeps } from "./process-deps.ts";

const POLL_MS = 100;

/** Looks again and again: no file event tells of a keeper that was killed. */
export async function watchExits(
  deps: ProcessDeps,
  onEvent: (event: RuntimeEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = deps;
  let known: ReadonlySet<BackendId> | undefined;
  while (!signal.aborted) {
    try {
      const ended = await endedIds(deps);
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

async function endedIds(deps: ProcessDeps): Promise<Set<BackendId>> {
  const instances = await listInstances(deps);
  return new Set(instances.filter(({ state }) => state === "ended").map(({ id }) => id));
}
