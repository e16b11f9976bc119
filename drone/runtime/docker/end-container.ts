import type { Container } from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { CALL_TIMEOUT_MS } from "./engine.ts";
import { isRefusal } from "./engine-refusal.ts";
import { findContainer } from "./find-container.ts";
import type { Owner } from "./labels.ts";

type EndDeps = Pick<DockerDeps, "engine"> & { options: Owner };
type Ask = (container: Container, abortSignal: AbortSignal) => Promise<unknown>;

/** The Engine sends the image's stop signal, and SIGKILL after the grace. */
export async function stopContainer(deps: EndDeps, id: BackendId, graceSeconds: number) {
  const timeoutMs = graceSeconds * 1_000 + CALL_TIMEOUT_MS;
  await askOwn(deps, id, timeoutMs, async (container, abortSignal) => {
    await container.stop({ t: graceSeconds, abortSignal });
  });
}

export async function killContainer(deps: EndDeps, id: BackendId) {
  await askOwn(deps, id, CALL_TIMEOUT_MS, (container, abortSignal) =>
    container.kill({ abortSignal }),
  );
  await askOwn(deps, id, CALL_TIMEOUT_MS, (container, abortSignal) =>
    container.wait({ condition: "not-running", abortSignal }),
  );
}

export async function removeContainer(deps: EndDeps, id: BackendId) {
  // Its anonymous volumes go with it.
  await askOwn(deps, id, CALL_TIMEOUT_MS, (container, abortSignal) =>
    container.remove({ force: true, v: true, abortSignal }),
  );
}

/** Not there, not running, and being removed already are what was asked for. */
async function askOwn(deps: EndDeps, id: BackendId, timeoutMs: number, ask: Ask): Promise<void> {
  const found = await findContainer(deps, id);
  if (found === undefined) return;
  try {
    await deps.engine.call(
      (docker, abortSignal) => ask(docker.getContainer(found.Id), abortSignal),
      timeoutMs,
    );
  } catch (error) {
    if (!isRefusal(error, 304, 404, 409)) throw error;
  }
}
