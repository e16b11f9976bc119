import { type Load, measureCell } from "./control-plane/cell.ts";
import { openDatabase } from "./control-plane/database.ts";
import type { CellFigures, ControlPlaneFigures } from "./control-plane/figures.ts";
import { loadLimit } from "./control-plane/load-limit.ts";
import { CONNECTIONS } from "./control-plane/measure-loads.ts";
import { type ControlPlaneOptions, parseOptions } from "./control-plane/options.ts";
import { controlPlaneTables } from "./control-plane/table.ts";
import { describeMachine } from "./machine.ts";
import { OTHER_CORE, startPart } from "./part.ts";

/**
 * What one controller on one core can do, on SQLite and on PostgreSQL: connects and spawns a second
 * with their latencies, and what it takes at rest, with more and more live backends.
 */
export async function benchControlPlane(words: readonly string[]): Promise<void> {
  const options = parseOptions(words);
  await using load: Load = await startPart("control-plane/load-part.ts", OTHER_CORE);
  const load_limit_per_second = await loadLimit(load);
  const cells: CellFigures[] = [];
  for (const live of options.live) {
    for (const store of options.stores) {
      tell(options, `${store}, ${live.toLocaleString("en")} live`);
      await using database = await openDatabase(store);
      cells.push(await measureCell(options, load, database, live));
    }
  }
  cells.sort((a, b) => options.stores.indexOf(a.store) - options.stores.indexOf(b.store));
  const figures: ControlPlaneFigures = {
    benchmark: "control-plane",
    machine: describeMachine(),
    connections: CONNECTIONS,
    load_limit_per_second,
    cells,
  };
  tell(options, "");
  console.log(options.json ? JSON.stringify(figures) : controlPlaneTables(figures));
}

function tell({ json }: ControlPlaneOptions, line: string): void {
  if (!json && process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
}
