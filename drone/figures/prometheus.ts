import type { Status } from "../../src/protocol/backend-state.ts";
import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import { STATUSES } from "../../src/protocol/statuses.ts";
import { by, type MetricMakers } from "../../src/shared/figures/metric-makers.ts";
import type { Lease } from "../lease/lease.ts";
import type { RuntimeHealth } from "../runtime/runtime.ts";
import type { Figures } from "./figures.ts";

/** Where the figures come from, read when somebody asks. */
export interface FigureSources {
  figures: Figures;
  link: { readonly connected: boolean };
  /** `latest` is undefined until the runtime has answered, or failed to, for the first time. */
  pulse: { readonly latest: Pick<RuntimeHealth, "ok"> | undefined };
  backends: { counts(): Partial<Record<Status, number>> };
  held: { readonly current: Lease | undefined; readonly now: DroneTime };
  journal: { pendingReports(): number };
}

/** What a drone tells Prometheus. */
export function tellDrone(
  makers: MetricMakers,
  sources: FigureSources,
  about: Record<string, string>,
): void {
  makers.about("hangar_drone_info", "Which drone this is.", about);
  tellBackends(makers, sources);
  tellController(makers, sources);
  tellRuntime(makers, sources);
  tellJournal(makers, sources);
}

function tellBackends(
  { counter, gauges, seconds }: MetricMakers,
  { backends, figures }: FigureSources,
): void {
  gauges("hangar_drone_backends", "Backends that have not ended, by status.", ["status"], () => {
    const counts = backends.counts();
    return STATUSES.filter((status) => status !== "terminated").map((status) => [
      { status },
      counts[status] ?? 0,
    ]);
  });
  seconds(
    "hangar_drone_step_seconds",
    "What a step for a backend took, be it in vain.",
    ["step"],
    () => by("step", figures.stepMs),
  );
  counter(
    "hangar_drone_probes_total",
    "Tries to reach apps that are starting.",
    () => figures.probes,
  );
  counter(
    "hangar_drone_spawns_refused_total",
    "Spawns that this drone would not begin, or gave up before it did.",
    () => figures.spawnsRefused,
  );
}

function tellController(
  { counter, gauge, gauges }: MetricMakers,
  { figures, link, held }: FigureSources,
): void {
  gauge("hangar_drone_connected", "1 while it is connected to a controller.", () =>
    Number(link.connected),
  );
  counter(
    "hangar_drone_connections_total",
    "Connections to a controller: the first, and each after one was lost.",
    () => figures.welcomes,
  );
  gauges(
    "hangar_drone_lease_remaining_seconds",
    "Until its backends are asked to end, and until they are killed, unless the lease is renewed.",
    ["deadline"],
    () => remaining(held),
  );
}

function remaining({ current, now }: FigureSources["held"]) {
  // After another boot its deadlines say nothing, but that they are over.
  const isReadable = current !== undefined && current.clock === now.clock;
  const until = (at: number) => (isReadable ? Math.max(0, (at - now.ms) / 1_000) : 0);
  return [
    [{ deadline: "soft" }, until(current?.softAt ?? 0)],
    [{ deadline: "hard" }, until(current?.hardAt ?? 0)],
  ] as const;
}

function tellRuntime(
  { counter, counters, gauge, seconds }: MetricMakers,
  { figures, pulse }: FigureSources,
): void {
  gauge("hangar_drone_runtime_up", "1 while the runtime, as a rule Docker Engine, answers.", () =>
    Number(pulse.latest?.ok === true),
  );
  seconds("hangar_drone_runtime_seconds", "What a call of the runtime took.", ["call"], () =>
    by("call", figures.runtimeMs),
  );
  counters(
    "hangar_drone_runtime_errors_total",
    "Calls of the runtime that failed: it refused, it was away, or something else.",
    ["call", "kind"],
    () =>
      [...figures.runtimeErrors].flatMap(([call, failures]) =>
        [...failures].map(([kind, count]) => [{ call, kind }, count] as const),
      ),
  );
  gauge("hangar_drone_guard_up", "1 while its guard runs.", () => Number(figures.isGuardUp));
  counter(
    "hangar_drone_guard_starts_total",
    "Guards that were started: one, and one for each that has ended.",
    () => figures.guardStarts,
  );
}

function tellJournal(
  { counter, gauge, seconds }: MetricMakers,
  { figures, journal }: FigureSources,
): void {
  seconds("hangar_drone_journal_write_seconds", "What it took to write in the journal.", [], () => [
    [{}, figures.journalMs],
  ]);
  counter(
    "hangar_drone_journal_errors_total",
    "Times that the journal could not be written.",
    () => figures.journalErrors,
  );
  gauge("hangar_drone_reports_pending", "States that no controller has acknowledged.", () =>
    journal.pendingReports(),
  );
}
