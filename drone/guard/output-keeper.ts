import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { instanceIds, processStateDir } from "../runtime/process/instance-folder.ts";
import { lookAtOutputs } from "../runtime/process/output/look-at-outputs.ts";
import { Outputs } from "../runtime/process/output/outputs.ts";
import type { GuardConfig } from "./guard-config.ts";

/** In the place of a drone that is gone: what apps print on must not fill the disk. Docker looks after its own. */
export function outputKeeper(
  { clock, log }: { clock: Clock; log: Log },
  { runtime, dataDir }: GuardConfig,
): () => Promise<void> {
  if (runtime.name === "docker") return async () => undefined;
  const stateDir = processStateDir(dataDir);
  const outputs = new Outputs(clock, runtime.maxOutputBytes);
  return async () => {
    try {
      await lookAtOutputs(outputs, stateDir, await instanceIds(stateDir));
    } catch (error) {
      log.warn({ err: error }, "outputs cannot be looked after");
    }
  };
}
