import type { BackendId } from "../../../src/protocol/ids.ts";
import { RuntimeUnavailable } from "../runtime.ts";
import { type FindDeps, findProcess } from "./find-process.ts";
import { signalGroup } from "./process-alive.ts";
import type { ProcessDeps } from "./process-deps.ts";

type EndDeps = FindDeps & Pick<ProcessDeps, "clock">;

const POLL_MS = 20;
/** A process that SIGKILL does not end hangs in the kernel. */
const KILL_TIMEOUT_MS = 10_000;

export async function stopProcess(deps: EndDeps, id: BackendId, graceSeconds: number) {
  const found = await findProcess(deps, id);
  if (found?.sight.state !== "running") return;
  signalGroup(found.sight.keeperPid, "SIGTERM");
  if (!(await endsWithin(deps, id, graceSeconds * 1_000))) await killProcess(deps, id);
}

export async function killProcess(deps: EndDeps, id: BackendId) {
  const found = await findProcess(deps, id);
  if (found?.sight.state !== "running") return;
  await found.folder.markKilled();
  signalGroup(found.sight.keeperPid, "SIGKILL");
  if (await endsWithin(deps, id, KILL_TIMEOUT_MS)) return;
  throw new RuntimeUnavailable("its process does not end");
}

export async function removeProcess(deps: EndDeps, id: BackendId) {
  await killProcess(deps, id);
  await (await findProcess(deps, id))?.folder.remove();
}

async function endsWithin(deps: EndDeps, id: BackendId, limitMs: number): Promise<boolean> {
  const { clock } = deps;
  const deadlineMs = clock.monotonicMs() + limitMs;
  for (;;) {
    const found = await findProcess(deps, id);
    if (found?.sight.state !== "running") return true;
    const leftMs = deadlineMs - clock.monotonicMs();
    if (leftMs <= 0) return false;
    await clock.sleep(Math.min(POLL_MS, leftMs));
  }
}
