import Table from "cli-table3";
import type { CellFigures, ControlPlaneFigures, LoadFigure } from "./figures.ts";
import { CONNECTIONS, STEADY } from "./measure-loads.ts";
import type { Busy } from "./phase.ts";

export function controlPlaneTables(figures: ControlPlaneFigures): string {
  const { cells, machine, load_limit_per_second } = figures;
  return [
    restTable(cells),
    loadTable("connects", cells),
    loadTable("spawns", cells),
    `${CONNECTIONS} connections, keep-alive, each request after the answer to the last; "at N/s": at that rate whatever the answers do.`,
    "A connect finds a live key and mints a token; a spawn counts once its drone has reported it ready, with each step.",
    "The controller alone has one core; simulated drones and proxies, the load and PostgreSQL share the other.",
    "Live backends are rows copied from one that was spawned; those of the spawns come on top.",
    `The load alone, against a server that does nothing: ${whole(load_limit_per_second)} requests/s.`,
    machine,
  ].join("\n");
}

function restTable(cells: readonly CellFigures[]): string {
  const table = tableOf([
    ...["at rest", "live", "drones", "CPU of a core", "memory"],
    ...["a heartbeat", "with activity of", "CPU of a core", "a backend told"],
  ]);
  for (const { store, live, drones, rest } of cells) {
    const { activity } = rest;
    table.push([
      ...[store, whole(live), whole(drones), percent(rest.cpu), `${rest.resident_mib} MiB`],
      microseconds(rest.heartbeat_us),
      `${whole(activity.backends_per_second)}/s`,
      percent(activity.cpu),
      microseconds(activity.backend_us),
    ]);
  }
  return table.toString();
}

function loadTable(kind: keyof typeof STEADY, cells: readonly CellFigures[]): string {
  const table = tableOf([
    ...[kind, "live", "a second", "p50", "p99", `at ${whole(STEADY[kind])}/s: p50`, "p99"],
    ...["p99 to the first", "controller, each", "limited by"],
  ]);
  for (const cell of cells) {
    const figure = cell[kind];
    const first = cells.find(({ store }) => store === cell.store)?.[kind] ?? figure;
    table.push([
      ...[cell.store, whole(cell.live), whole(figure.per_second)],
      ...[figure, figure.steady].flatMap(({ p50_ms, p99_ms }) => [ms(p50_ms), ms(p99_ms)]),
      `× ${(figure.steady.p99_ms / first.steady.p99_ms).toFixed(2)}`,
      microseconds(figure.controller_us),
      limitOf(figure),
    ]);
  }
  return table.toString();
}

/** The core that had nothing left to give, or else the waiting between the two. */
function limitOf({ busy }: LoadFigure): string {
  const others = busy.database + busy.drones_and_load;
  if (busy.controller > FULL) return `controller's core, ${percent(busy.controller)}`;
  const shares = sharesOf(busy);
  return others > FULL
    ? `other core: ${shares}`
    : `waiting: controller ${percent(busy.controller)}, ${shares}`;
}

const FULL = 0.93;

function sharesOf({ database, drones_and_load }: Busy): string {
  const own = `drones and load ${percent(drones_and_load)}`;
  return database === 0 ? own : `PostgreSQL ${percent(database)}, ${own}`;
}

function tableOf(head: string[]) {
  const colAligns = head.map((_, index) => (index === 0 ? "left" : "right"));
  return new Table({ head, colAligns, style: { head: [], border: [] } });
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function microseconds(value: number): string {
  return `${Math.round(value)} µs`;
}
