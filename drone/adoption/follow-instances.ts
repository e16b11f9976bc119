import { type RepeatDeps, repeat } from "../../src/shared/repeat.ts";
import type { Backends } from "../backend/backends.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type AdoptDeps, adopt } from "./adopt.ts";

export interface FollowDeps extends RepeatDeps, AdoptDeps {
  runtime: Pick<Runtime, "list" | "watch">;
  backends: AdoptDeps["backends"] & Pick<Backends, "lookAgain">;
  /** Called each time that journal and runtime agree. */
  onAdopted(): void;
}

const WATCH_AGAIN_MS = 1_000;

/** Follows what happens to the instances, and adopts at the start and whenever events may be missing. */
export function followInstances(deps: FollowDeps): AsyncDisposable {
  const { runtime, backends, log, onAdopted } = deps;
  // A watch that ends without being asked is begun again, which says `resync` again.
  return repeat(deps, "watch instances", WATCH_AGAIN_MS, async (signal) => {
    const readopt = neverTwiceAtATime(async () => {
      try {
        await adopt(deps, signal);
        onAdopted();
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, "adoption failed");
      }
    });
    await runtime.watch((event) => {
      switch (event.kind) {
        case "ended":
          backends.lookAgain(event.id);
          break;
        case "resync":
          readopt();
          break;
        default:
          event satisfies never;
      }
    }, signal);
  });
}

/** Runs a task whenever asked; asked while it runs, it runs once more afterwards. */
function neverTwiceAtATime(task: () => Promise<void>): () => void {
  let running = false;
  let askedAgain = false;
  const run = async () => {
    running = true;
    do {
      askedAgain = false;
      await task();
    } while (askedAgain);
    running = false;
  };
  return () => {
    if (running) askedAgain = true;
    else void run();
  };
}
