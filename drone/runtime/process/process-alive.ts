import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether there is any process with this id. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether a process is the keeper of an instance. Ids of processes are given anew, and start times
 * repeat after a reboot; the instance's folder in the command line is no other process's.
 */
export async function isKeeperOf(folderPath: string, pid: number): Promise<boolean> {
  if (!processExists(pid)) return false;
  return (await commandLine(pid)).includes(folderPath);
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") {
    // A process that has ended, but was not waited for yet, has an empty one.
    return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  }
  const { stdout } = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout;
}

/** A group that has ended already is no error. */
export function signalGroup(leaderPid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-leaderPid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
