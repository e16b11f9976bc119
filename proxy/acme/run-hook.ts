import { spawn } from "node:child_process";

export interface HookCall {
  verb: "present" | "cleanup";
  /** The record: `_acme-challenge.<domain>`. */
  name: string;
  value: string;
}

const TIME_LIMIT_MS = 300_000;
const MAX_OUTPUT_CHARACTERS = 4_000;

/**
 * Runs `COMMAND present|cleanup NAME VALUE` by a shell. `present` is done when the record can be found
 * by anybody. Rejects with what the command has printed if it fails, or takes longer than five minutes.
 */
export async function runHook(
  command: string,
  { verb, name, value }: HookCall,
  signal: AbortSignal,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<void> {
  // Its own process group, so that what it has started ends with it.
  const child = spawn("/bin/sh", ["-c", `${command} "$@"`, "hangar-acme-hook", verb, name, value], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  let cut: string | undefined;
  const kill = (why: string) => {
    cut ??= why;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const onAbort = () => kill("was not waited for any more");
  const timer = setTimeout(() => kill(`took longer than ${timeLimitMs / 1_000} s`), timeLimitMs);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const fate = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, killedBy) =>
      resolve(code === 0 ? "" : `ended with ${code ?? killedBy}`),
    );
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", onAbort);
  const problem = cut ?? fate;
  if (problem === "") return;
  throw new Error(
    `the hook (${verb} ${name}) ${problem}: ${output.trim() || "it printed nothing"}`,
  );
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
