import type { ControllerConfig } from "../../../controller/config.ts";
import { startController } from "../../../controller/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createLog } from "../../../src/shared/log.ts";
import { breakTransactions, Doom, doomPostgres, doomSqlite } from "./doom.ts";

/** What the one argument of the process says, as JSON. */
export interface Fate {
  config: ControllerConfig;
  /** The moment at which it dies; default: none. */
  moment?: string;
  /** Default: false. */
  broken?: boolean;
}

// A real controller in a process of its own, whose database decides when it is killed.
const { config, moment, broken = false } = JSON.parse(process.argv[2] ?? "{}") as Fate;
if (broken) breakTransactions();
const doom = new Doom(moment);
doomSqlite(doom);
doomPostgres(doom);
// Whoever started it holds the other end: without that one it has no purpose.
process.stdin.resume().once("end", () => process.exit());
const log = createLog("fatal", process.stderr);
const { url, keys } = await startController({ clock: systemClock, log }, config);
process.stdout.write(`${JSON.stringify({ url, keys })}\n`);
