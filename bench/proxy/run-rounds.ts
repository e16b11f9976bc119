import type { Entry } from "./field.ts";
import type { Interruption } from "./interruption.ts";
import type { Traffic } from "./load-part.ts";
import { measureRate } from "./measure-traffic.ts";
import type { Sample } from "./metrics.ts";
import { reasonOf } from "./reason.ts";
import type { Load, Visit } from "./visit.ts";
import { CONNECTIONS, type Workload } from "./workloads.ts";

export interface RunDeps {
  load: Load;
  backend: { pid: number };
  entries: readonly Entry[];
  interruption: Interruption;
  progress(line: string): void;
}

export interface RunSettings {
  workloads: readonly Workload[];
  rounds: number;
  ms: number;
  idleSockets: number;
}

export interface Run {
  samples: Sample[];
  /** What went wrong, as sentences for the reader. */
  failures: string[];
}

const WARM_UP: readonly Traffic[] = [{ head: "browser", answer: "small" }, "echoes"];

/**
 * Every round visits each workload, and there each contender in turn, so that a busy moment of the
 * machine falls on all alike. Who is first changes from round to round.
 */
export async function runRounds(deps: RunDeps, settings: RunSettings): Promise<Run> {
  const run: Run = { samples: [], failures: [] };
  const steps = [...warmUpSteps(deps, settings), ...measuringSteps(deps, settings)];
  for (const { round, what, entry, measure } of steps) {
    const { name, title } = entry.contender;
    deps.progress(`${what}: ${title}`);
    try {
      const values = await measure(visitOf(deps, entry, settings));
      run.samples.push(...values.map((value) => ({ ...value, contender: name, round })));
    } catch (error) {
      deps.interruption.signal.throwIfAborted();
      run.failures.push(`${what}, ${title}: ${reasonOf(error)}`);
    }
    deps.interruption.signal.throwIfAborted();
  }
  return run;
}

interface Step {
  round: number;
  what: string;
  entry: Entry;
  measure: Workload["measure"];
}

/** What runs on V8 is compiled by it only once it has run for a while. */
function warmUpSteps({ entries }: RunDeps, { workloads }: RunSettings): Step[] {
  if (workloads.every(({ name }) => name === "memory")) return [];
  return entries.flatMap((entry) =>
    WARM_UP.map((traffic) => ({
      ...{ round: 0, what: "warming up", entry },
      async measure(visit: Visit) {
        await measureRate(visit, traffic, CONNECTIONS);
        return [];
      },
    })),
  );
}

function measuringSteps({ entries }: RunDeps, { rounds, workloads }: RunSettings): Step[] {
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    workloads.flatMap((workload) =>
      inTurn(entries, round).map((entry) => ({
        ...{ round, what: `round ${round} of ${rounds}, ${workload.name}`, entry },
        measure: (visit: Visit) => workload.measure(visit),
      })),
    ),
  );
}

function visitOf(
  { load, backend, interruption }: RunDeps,
  { proxy, startFresh }: Entry,
  { ms, idleSockets }: RunSettings,
): Visit {
  return { load, backend, interruption, proxy, startFresh, ms, idleSockets };
}

export function inTurn<T>(items: readonly T[], round: number): T[] {
  const first = (round - 1) % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
