import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { Figures } from "../figures/figures.ts";
import type { GuardConfig } from "./guard-config.ts";

const START_AGAIN_MS = 1_000;
/** It makes little garbage; by default Node keeps room for 16 MB of it. */
const SMALL_HEAP = "--max-semi-space-size=1";

/**
 * Has a guard run as long as the drone does. It is let go when this is closed, and when the drone dies:
 * it watches on until nothing is left that could outlive its lease.
 */
export function keepGuard(
  deps: { clock: Clock; log: Log; figures: Pick<Figures, "guardStarts" | "isGuardUp"> },
  { dataDir, runtime }: GuardConfig,
): AsyncDisposable {
  const config = { dataDir: resolve(dataDir), runtime };
  return repeat(deps, "keep guard", START_AGAIN_MS, async (signal) => {
    const guard = launch(config);
    const ended = exitOf(guard);
    deps.figures.guardStarts += 1;
    deps.figures.isGuardUp = true;
    const letGo = new Promise<undefined>((done) => {
      signal.addEventListener("abort", () => done(undefined), { once: true });
    });
    const how = await Promise.race([ended, letGo]);
    deps.figures.isGuardUp = false;
    if (how === undefined) guard.stdin?.end();
    else deps.log.warn(how, "guard has ended; starting another");
  });
}

function launch(config: GuardConfig): ChildProcess {
  const log = openSync(join(config.dataDir, "guard.log"), "w", 0o600);
  try {
    const guard = spawn(process.execPath, [SMALL_HEAP, ...programWords(), JSON.stringify(config)], {
      // A session of its own: what ends the drone from its terminal does not reach the guard.
      detached: true,
      cwd: import.meta.dirname,
      stdio: ["pipe", log, log],
    });
    guard.stdin?.on("error", () => undefined);
    (guard.stdin as { unref?(): void } | null)?.unref?.();
    guard.unref();
    return guard;
  } finally {
    closeSync(log);
  }
}

/** From sources it is run as this file was. */
function programWords(): string[] {
  const fromSource = import.meta.filename.endsWith(".ts");
  const file = fileURLToPath(new URL(`guard-process.${fromSource ? "ts" : "js"}`, import.meta.url));
  return fromSource ? ["--import", "tsx", file] : [file];
}

function exitOf(guard: ChildProcess): Promise<object> {
  return new Promise((done) => {
    guard.once("error", (err) => done({ err }));
    guard.once("exit", (code, endedBy) => done({ code, endedBy }));
  });
}
