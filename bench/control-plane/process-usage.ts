import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { withChildren } from "../../scripts/processes.ts";

/** The kernel counts in hundredths of a second. */
const MS_PER_TICK = 10;

/** CPU time that a process has taken so far, all threads of it, in ms. */
export function cpuMs(pid: number): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return (user + system) * MS_PER_TICK;
}

/** The same of a process and its children, those that have ended included. */
export function familyCpuMs(pid: number): number {
  const [endedUser = 0, endedSystem = 0] = statOf(pid).slice(13, 15).map(Number);
  const living = withChildren(pid).reduce((sum, member) => sum + cpuMs(member), 0);
  return living + (endedUser + endedSystem) * MS_PER_TICK;
}

export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kib) / 1_024);
}

/** The fields after the command's name, which may hold anything. The first is the state. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // It has ended meanwhile.
  }
}

/** A process and its children stay on one core, and so do the children that it will have. */
export function pinFamily(pid: number, core: number): void {
  for (const member of withChildren(pid)) {
    execFileSync("taskset", ["-a", "-c", "-p", String(core), String(member)], { stdio: "ignore" });
  }
}
