import { by, type MetricMakers } from "../../src/shared/figures/metric-makers.ts";
import type { Figures } from "./figures.ts";
import { SPAWN_STEPS } from "./figures.ts";
import { type ClusterSources, tellCluster } from "./tell-cluster.ts";

/** Where the figures come from, read when somebody asks. */
export interface FigureSources extends ClusterSources {
  figures: Figures;
  /** Sockets that are open here. */
  sockets(): { drone: number; proxy: number };
  queueLength(): number;
}

/** What a controller tells Prometheus. */
export function tellController(
  makers: MetricMakers,
  sources: FigureSources,
  about: Record<string, string>,
): void {
  makers.about("hangar_controller_info", "Which controller this is.", about);
  tellRequests(makers, sources);
  tellSpawns(makers, sources.figures);
  tellLeases(makers, sources);
  tellDatabase(makers, sources.figures);
  tellCluster(makers, sources);
}

function tellRequests(
  { counters, gauge, seconds }: MetricMakers,
  { figures, queueLength }: FigureSources,
): void {
  counters(
    "hangar_controller_requests_total",
    "Answers of the API, by route and class of status.",
    ["method", "route", "status"],
    () =>
      figures.routes.flatMap(({ method, url: route, byClass }) =>
        byClass.map(([status, count]) => [{ method, route, status }, count] as const),
      ),
  );
  seconds(
    "hangar_controller_request_seconds",
    "What an answer of the API took. Who waits for ready, or follows, takes long on purpose.",
    ["method", "route"],
    () => figures.routes.map(({ method, url, tookMs }) => [{ method, route: url }, tookMs]),
  );
  counters(
    "hangar_controller_errors_total",
    "Requests that were refused or failed, by the code in the answer.",
    ["code"],
    () => by("code", figures.errors),
  );
  counters(
    "hangar_controller_connects_total",
    "Connects: a backend was spawned, or found, or why there is none.",
    ["outcome"],
    () => by("outcome", figures.connects),
  );
  gauge(
    "hangar_controller_streams_open",
    "Clients that follow server-sent events.",
    () => figures.streamsOpen,
  );
  gauge("hangar_controller_queue_length", "Connects in line for a drone with room.", queueLength);
  seconds("hangar_controller_queue_wait_seconds", "What a connect has waited in line.", [], () => [
    [{}, figures.queueWaitMs],
  ]);
}

function tellSpawns({ counter, counters, seconds }: MetricMakers, figures: Figures): void {
  counters(
    "hangar_controller_claims_total",
    "Tries to claim a key and room on a drone.",
    ["outcome"],
    () => by("outcome", figures.claims),
  );
  seconds("hangar_controller_spawn_seconds", "From scheduled to ready.", [], () => [
    [{}, figures.spawnMs],
  ]);
  seconds(
    "hangar_controller_spawn_step_seconds",
    "What each step of a spawn took its drone.",
    ["step"],
    () => SPAWN_STEPS.map((step) => [{ step }, figures.stepMs[step]]),
  );
  const one = (name: string, help: string, read: () => number) =>
    counter(`hangar_controller_${name}_total`, help, read);
  one("spawns_refused", "Spawns that a drone would not begin.", () => figures.spawnsRefused);
  one("spawns_moved", "Spawns that were given to another drone.", () => figures.spawnsMoved);
  one("spawns_abandoned", "Spawns that no drone could begin.", () => figures.spawnsAbandoned);
  one("reports", "New states that drones have told.", () => figures.reportsAccepted);
  one("reports_stale", "Reports that told nothing new.", () => figures.reportsStale);
  one("swept", "Backends that were asked to end: idle, too old or drained.", () => figures.swept);
  one("disowned", "Backends that drones had to end as not their own.", () => figures.disowned);
  counters(
    "hangar_controller_backends_ended_total",
    "Backends that have ended, as their drones tell it.",
    ["reason"],
    () => by("reason", figures.ended),
  );
}

function tellLeases(
  { counter, counters, gauges }: MetricMakers,
  { figures, sockets }: FigureSources,
): void {
  counters(
    "hangar_controller_lease_requests_total",
    "Drones that asked for their lease.",
    ["outcome"],
    () => by("outcome", figures.leases),
  );
  counter(
    "hangar_controller_leases_refused_total",
    "Times that a backend's own lease was not renewed with its drone's.",
    () => figures.leasesRefused,
  );
  counter(
    "hangar_controller_drones_fenced_total",
    "Leases that this controller has found lapsed.",
    () => figures.dronesFenced,
  );
  counter(
    "hangar_controller_backends_fenced_total",
    "Backends that were lost with a lease.",
    () => figures.backendsFenced,
  );
  gauges(
    "hangar_controller_sockets_open",
    "Drones and proxies that are connected to this controller.",
    ["peer"],
    () => by("peer", Object.entries(sockets())),
  );
}

function tellDatabase({ counters, gauge, seconds }: MetricMakers, figures: Figures): void {
  gauge(
    "hangar_controller_database_up",
    "0 if the database did not answer when it was last asked.",
    () => Number(figures.isDatabaseUp),
  );
  seconds(
    "hangar_controller_database_seconds",
    "What a call of the database took, its waiting for a connection included.",
    ["call"],
    () => by("call", figures.databaseMs),
  );
  counters(
    "hangar_controller_database_errors_total",
    "Calls of the database that failed: it was away, or would not do it.",
    ["kind"],
    () => by("kind", Object.entries(figures.databaseErrors)),
  );
  counters(
    "hangar_controller_changes_total",
    "Changes that were heard of, here or from another controller.",
    ["kind"],
    () => by("kind", figures.changes),
  );
}
