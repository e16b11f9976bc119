import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Waits for the end of its stdin; then everything in its network goes. */
const UNTIL_THE_END = `
read -r _ || true
own=$(readlink /proc/self/ns/net)
for each in /proc/[0-9]*; do
  [ "$each" = /proc/$$ ] && continue
  [ "$(readlink "$each/ns/net")" != "$own" ] || kill -KILL "\${each#/proc/}"
done`;

/** A process that holds a network, mounts and a host name of its own, after these commands; at the latest until this process ends. */
export async function hold(name: string, prepare: readonly string[]): Promise<ChildProcess> {
  const lines = ["set -e", "ip link set lo up", `hostname ${name}`, ...prepare, "echo held"];
  const script = [...lines, "set +e", UNTIL_THE_END].join("\n");
  const words = ["--net", "--mount", "--uts", "sh", "-c", script];
  const holder = spawn("unshare", words, { stdio: ["pipe", "pipe", "inherit"] });
  const [first] = await Promise.race([once(holder.stdout, "data"), once(holder, "exit")]);
  if (!String(first).startsWith("held")) throw new Error(`no machine ${name} can be made`);
  return holder;
}

/** Lines for `ip`, in the network of a process. */
export async function configure(pid: number, lines: readonly string[]): Promise<void> {
  const enter = ["--target", String(pid), "--net"];
  const commands = lines.map((line) => `ip ${line}`).join(" && ");
  await run("nsenter", [...enter, "sh", "-c", commands]);
}

/** The other processes that are in the same network as this one. */
export function neighboursOf(pid: number): number[] {
  const network = networkOf(pid);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((each) => each !== pid && networkOf(each) === network);
}

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** For messages; empty if it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
