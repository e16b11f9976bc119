import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasEnded, signal, withChildren } from "../../scripts/processes.ts";
import { SUBJECT_CORE } from "../part.ts";
import type { RunningProxy } from "./contender.ts";

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 5_000;
const POLL_MS = 20;

export interface Program {
  command: readonly string[];
  /** Where it is going to listen. */
  port: number;
  /** For its log. */
  dir: string;
  env?: NodeJS.ProcessEnv;
}

/** A proxy alone on its core. Resolves once it accepts connections; it ends with this process. */
export async function runProgram({ command, port, dir, env }: Program): Promise<RunningProxy> {
  const log = join(dir, "log");
  const file = await open(log, "a");
  const pinned = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", String(SUBJECT_CORE)];
  const [first = "", ...words] = [...pinned, ...command];
  const child = spawn(first, words, {
    stdio: ["ignore", file.fd, file.fd],
    env: { ...process.env, ...env },
  });
  const exited = once(child, "exit");
  await file.close();
  // Without an id it could not be spawned, and this rejects.
  if (child.pid === undefined) await exited;
  const { pid = 0 } = child;
  const stop = async () => {
    // Children that outlive their parent would still be listening.
    const family = withChildren(pid);
    const patience = new AbortController();
    if (!hasEnded(child)) child.kill("SIGTERM");
    await Promise.race([exited, delay(STOP_DEADLINE_MS, undefined, patience)]);
    patience.abort();
    if (!hasEnded(child)) for (const member of family) signal(member, "SIGKILL");
    await exited;
  };
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!(await accepts(port))) {
    if (hasEnded(child) || performance.now() > deadline) {
      await stop();
      throw new Error(`${command[0]} did not start: ${await readFile(log, "utf8")}`);
    }
    await delay(POLL_MS);
  }
  return { port, pid, [Symbol.asyncDispose]: stop };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
