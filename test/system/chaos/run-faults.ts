import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "./fault.ts";
import { inject } from "./inject.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import type { Stage } from "./parts/stage.ts";
import type { Chapter } from "./plan.ts";
import type { Recorder } from "./recorder.ts";
import type { ProcessWatch } from "./watch/processes.ts";

export interface FaultDeps {
  stage: Stage;
  processes: ProcessWatch;
  recorder: Recorder;
  say(line: string): void;
}

/** All faults of a chapter, each at its moment; resolves when the last of them is mended. */
export async function runFaults(deps: FaultDeps, chapter: Chapter): Promise<void> {
  const began = monotonicMs();
  const under = new Set<string>();
  await Promise.all(
    chapter.faults.map(async ({ atMs, ...fault }) => {
      await delay(Math.max(0, began + atMs - monotonicMs()));
      // A target that took longer than planned to go or to come back is spared the next one.
      if (under.has(fault.target)) return;
      under.add(fault.target);
      await befall(deps, fault);
      under.delete(fault.target);
    }),
  );
}

async function befall({ stage, processes, recorder, say }: FaultDeps, fault: Fault): Promise<void> {
  const began = monotonicMs();
  const { id, target, how, forMs } = fault;
  say(`#${id} ${target} ${how}${forMs === 0 ? "" : ` ${(forMs / 1_000).toFixed(1)} s`}`);
  const injected = await inject({ stage, running: () => processes.running() }, fault);
  if (injected === undefined) return;
  const { mend, ...hit } = injected;
  await delay(forMs);
  await mend();
  recorder.record({ kind: "fault", ...fault, ...hit, began, until: monotonicMs() });
}
