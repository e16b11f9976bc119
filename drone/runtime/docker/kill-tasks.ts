import { readdir, readFile } from "node:fs/promises";
import type { Clock } from "../../../src/shared/clock.ts";

/** A process may fork while it is looked for; in the end there is nobody left to. */
const ROUNDS = 20;
const PAUSE_MS = 25;

/**
 * Kills all processes of a container without asking the Engine, which may hang. They are told by the
 * control group that they cannot leave; it has the container's id in its name.
 */
export async function killTasks(clock: Clock, containerId: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await tasksOf(containerId);
    if (pids.length === 0) return;
    for (const pid of pids) killIfThere(pid);
    await clock.sleep(PAUSE_MS);
  }
  throw new Error("its processes live on after they were killed");
}

async function tasksOf(containerId: string): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map((pid) => isIn(pid, containerId)));
  return pids.filter((_, index) => found[index]);
}

/** What has exited and is not yet waited for counts no more. */
async function isIn(pid: number, containerId: string): Promise<boolean> {
  try {
    const groups = await readFile(`/proc/${pid}/cgroup`, "utf8");
    if (!groups.includes(containerId)) return false;
    return !/^State:\s+[ZX]/m.test(await readFile(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
