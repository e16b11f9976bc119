import { startDrone } from "../../drone/index.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { createLog } from "../../src/shared/log.ts";

// A drone in a process of its own, which a test can kill, or ask to leave.
const [config = "{}"] = process.argv.slice(2);
const drone = await startDrone(
  { clock: systemClock, log: createLog("error", process.stderr) },
  JSON.parse(config),
);
process.once("SIGTERM", async () => {
  await drone[Symbol.asyncDispose]();
  process.exit();
});
