import { Backoff } from "../../src/shared/backoff.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Backends } from "../backend/backends.ts";
import type { Journal } from "../journal/journal.ts";
import type { Instance, Runtime } from "../runtime/runtime.ts";
import { planAdoption } from "./plan-adoption.ts";

export interface AdoptDeps {
  runtime: Pick<Runtime, "list">;
  journal: Pick<Journal, "hasEnded">;
  backends: Pick<Backends, "find" | "adopt" | "clearAway" | "lookAgainAtAll">;
  clock: Clock;
  log: Log;
}

const LIST_BACKOFF = { firstMs: 100, factor: 1.7, capMs: 5_000 } as const;

/**
 * Brings journal and runtime together again: every known backend is looked at by its runner, every
 * instance without one is taken over or cleared away. Waits for a runtime that is away.
 */
export async function adopt(deps: AdoptDeps, signal: AbortSignal): Promise<void> {
  const { journal, backends } = deps;
  const instances = await listPatiently(deps, signal);
  signal.throwIfAborted();
  const plan = planAdoption(
    instances,
    (id) => backends.find(id) !== undefined,
    (id) => journal.hasEnded(id),
  );
  for (const instance of plan.adopt) backends.adopt(instance);
  for (const id of plan.clearAway) backends.clearAway(id);
  backends.lookAgainAtAll();
}

async function listPatiently(
  { runtime, clock, log }: AdoptDeps,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const backoff = new Backoff(LIST_BACKOFF);
  for (;;) {
    signal.throwIfAborted();
    try {
      return await runtime.list();
    } catch (error) {
      const retryMs = backoff.nextMs();
      log.warn({ err: error, retryMs: Math.round(retryMs) }, "instances cannot be listed");
      await clock.sleep(retryMs, signal);
    }
  }
}
