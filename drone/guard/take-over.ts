import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/shared/clock.ts";
import { lockFolder } from "../../src/shared/folder-lock.ts";
import type { Log } from "../../src/shared/log.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** Takes the place of the guard that watches a data dir, if there is one: it is asked to leave. */
export async function takeOver(
  { clock, log }: { clock: Clock; log: Log },
  dataDir: string,
): Promise<AsyncDisposable> {
  // A folder that was removed must not come back for a guard's sake.
  if (!existsSync(dataDir)) throw new Error(`there is no data dir ${dataDir}`);
  const pidFile = join(dataDir, "guard.pid");
  const deadlineMs = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    try {
      const lock = lockFolder(dataDir, "guard");
      writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
      return lock;
    } catch (error) {
      if (clock.monotonicMs() > deadlineMs) throw error;
      dismiss(log, pidFile);
    }
    await clock.sleep(POLL_MS);
  }
}

/** Who has the lock has written its id; should that be another's by now, it does not look like a guard. */
function dismiss(log: Log, pidFile: string): void {
  try {
    const pid = Number(readFileSync(pidFile, "utf8"));
    if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return;
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("guard")) return;
    process.kill(pid, "SIGTERM");
  } catch (error) {
    // It may be gone by now, or be out of reach; the lock tells.
    log.debug({ err: error }, "earlier guard not asked to leave");
  }
}
