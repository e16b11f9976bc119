import { startDrone } from "../../drone/index.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { createLog } from "../../src/shared/log.ts";

// A drone in a process of its own, which a test can kill.
const [config = "{}"] = process.argv.slice(2);
await startDrone(
  { clock: systemClock, log: createLog("warn", process.stderr) },
  JSON.parse(config),
);
