import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import { assemble } from "../../src/shared/service-stack.ts";
import { journalPath } from "../journal/journal-path.ts";
import { openBootClock } from "../lease/boot-clock.ts";
import { Guard } from "./guard.ts";
import type { GuardConfig } from "./guard-config.ts";
import { JournalReader } from "./journal-reader.ts";
import { openKiller } from "./open-killer.ts";
import { outputKeeper } from "./output-keeper.ts";
import { takeOver } from "./take-over.ts";

export interface GuardDeps {
  clock: Clock;
  log: Log;
}

export interface RunningGuard extends AsyncDisposable {
  /** To be called when the drone is gone. Resolves when nothing is left to watch. */
  untilIdle(): Promise<void>;
}

const LOOK_MS = 500;

/** Resolves once it watches. On systems without the drone's clock there can be none. */
export function startGuard({ clock, log }: GuardDeps, config: GuardConfig): Promise<RunningGuard> {
  if (process.platform !== "linux") throw new Error("a guard needs Linux, for its clock");
  const deps = { clock, log: log.child({ component: "guard" }) };
  return assemble(async (stack) => {
    stack.use(await takeOver(deps, config.dataDir));
    const reader = new JournalReader(journalPath(config.dataDir));
    stack.defer(() => reader[Symbol.dispose]());
    const guard = new Guard({
      ...deps,
      reader,
      bootClock: openBootClock(),
      openKiller: (owner) => openKiller(deps, config, owner),
    });
    stack.use(repeat(deps, "look at deadlines", LOOK_MS, () => guard.look()));
    const lookAfterOutputs = outputKeeper(deps, config);
    deps.log.info({ dataDir: config.dataDir }, "guard watches");
    return {
      async untilIdle() {
        guard.droneGone();
        do {
          // What the drone wrote last has to be read first.
          await clock.sleep(2 * LOOK_MS);
          await lookAfterOutputs();
        } while (!guard.isIdle);
      },
    };
  });
}
