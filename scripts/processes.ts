import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** One that nobody has collected is dead all the same. */
export function isAlive(pid: number): boolean {
  const state = processOf(pid)?.state;
  return state !== undefined && state !== "Z";
}

function processOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** A process and those that it has started. */
export function withChildren(main: number): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return [main, ...all.map(Number).filter((pid) => processOf(pid)?.parent === main)];
}
