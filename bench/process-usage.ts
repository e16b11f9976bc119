import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { withChildren } from "../scripts/processes.ts";

/** The kernel counts in hundredths of a second. */
const MS_PER_TICK = 10;

export interface CpuUse {
  ownMs: number;
  /** Of children that have ended and were waited for. */
  endedChildrenMs: number;
}

/** What the kernel's line of a process says that it has used, all threads of it. */
export function parseCpuUse(stat: string): CpuUse {
  // The command's name before the last parenthesis may hold anything. The first field behind is the state.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return {
    ownMs: (user + system) * MS_PER_TICK,
    endedChildrenMs: (endedUser + endedSystem) * MS_PER_TICK,
  };
}

/** The memory that is really there, from the lines of `/proc/<pid>/status`. */
export function parseResidentKib(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

/** The soft limit of open files, from the lines of `/proc/<pid>/limits`. */
export function parseOpenFilesLimit(limits: string): number {
  const limit = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}

/** CPU time that a process has taken so far, in ms. */
export function cpuMs(pid: number): number {
  return cpuUseOf(pid).ownMs;
}

/** The same of a process and its children, those that have ended included. */
export function familyCpuMs(pid: number): number {
  const living = withChildren(pid).reduce((sum, member) => sum + cpuMs(member), 0);
  return living + cpuUseOf(pid).endedChildrenMs;
}

export function residentMib(pid: number): number {
  return Math.round(parseResidentKib(readProcess(pid, "status")) / 1_024);
}

/** Of a process and its children together. */
export function familyResidentKib(pid: number): number {
  return withChildren(pid).reduce(
    (sum, member) => sum + parseResidentKib(readProcess(member, "status")),
    0,
  );
}

/** How many files and sockets this process, and each that it starts, may have open. */
export function openFilesLimit(): number {
  return parseOpenFilesLimit(readProcess("self", "limits"));
}

function cpuUseOf(pid: number): CpuUse {
  return parseCpuUse(readProcess(pid, "stat"));
}

/** Empty once the process has ended. */
function readProcess(pid: number | "self", file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** A process and its children stay on one core, and so do the children that it will have. */
export function pinFamily(pid: number, core: number): void {
  for (const member of withChildren(pid)) {
    execFileSync("taskset", ["-a", "-c", "-p", String(core), String(member)], { stdio: "ignore" });
  }
}
