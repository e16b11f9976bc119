import { within } from "../../shared/within.ts";
import { type Finding, fail } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** Looks at one thing; small enough to be read, and never the last to finish. */
export interface Check {
  name: string;
  run(scene: Scene): Promise<Finding[]> | Finding[];
}

/** How long a check may take; those that ask somebody give up sooner by themselves. */
export const CHECK_LIMIT_MS = 12_000;

/** All of them at once; one that fails or hangs is a finding like another. */
export async function runChecks(
  checks: readonly Check[],
  scene: Scene,
): Promise<readonly Finding[]> {
  return (await Promise.all(checks.map((check) => runOne(check, scene)))).flat();
}

async function runOne(check: Check, scene: Scene): Promise<Finding[]> {
  const { clock, signal } = scene;
  try {
    return await within(clock, CHECK_LIMIT_MS, signal, (deadline) =>
      Promise.race([check.run({ ...scene, signal: deadline }), aborted(deadline)]),
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const message = error instanceof Error ? error.message : String(error);
    return [
      fail(check.name, message, "Run it again; if it stays so, this is a fault of the check."),
    ];
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`no result within ${CHECK_LIMIT_MS / 1_000} s`));
    if (signal.aborted) late();
    else signal.addEventListener("abort", late, { once: true });
  });
}
