import { once } from "node:events";
import { systemClock } from "../../src/shared/clock.ts";
import { endOnCrash } from "../../src/shared/end-on-crash.ts";
import { createLog } from "../../src/shared/log.ts";
import type { GuardConfig } from "./guard-config.ts";
import { startGuard } from "./index.ts";

// A drone's own guard. It outlives its drone, of whose death the end of stdin tells.
endOnCrash();
const [json = "{}"] = process.argv.slice(2);
const config = JSON.parse(json) as GuardConfig;
const log = createLog("info", process.stdout);
// What it has begun the next guard goes on with.
process.once("SIGTERM", () => process.exit(0));
process.stdin.on("error", () => undefined).resume();
const droneGone = once(process.stdin, "close");

const guard = await startGuard({ clock: systemClock, log }, config);
await droneGone;
log.info("the drone is gone");
await guard.untilIdle();
log.info("nothing is left to watch");
process.exit(0);
