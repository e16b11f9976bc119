import { isBackendId } from "../../../src/protocol/ids.ts";
import { RECONNECT_BACKOFF } from "../../../src/protocol/timings.ts";
import { Backoff } from "../../../src/shared/backoff.ts";
import type { RuntimeEvent } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { translateEngineError } from "./engine-refusal.ts";
import { jsonLines } from "./json-lines.ts";
import { LABELS, ownerFilter } from "./labels.ts";

type OnEvent = (event: RuntimeEvent) => void;

/** Follows the Engine's events, however often the stream ends, until the signal aborts. */
export async function watchEnds(
  deps: DockerDeps,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff(RECONNECT_BACKOFF);
  while (!signal.aborted) {
    const onOpen = () => {
      backoff.reset();
      onEvent({ kind: "resync" });
    };
    const problem = await follow(deps, { onOpen, onEvent }, signal).catch(translateEngineError);
    if (signal.aborted) return;
    const retryMs = backoff.nextMs();
    deps.log.warn({ err: problem, retryMs: Math.round(retryMs) }, "Docker's events have stopped");
    await deps.clock.sleep(retryMs, signal).catch(() => undefined);
  }
}

/** Resolves or rejects when this one stream ends. */
async function follow(
  { engine, options }: DockerDeps,
  { onOpen, onEvent }: { onOpen(): void; onEvent: OnEvent },
  signal: AbortSignal,
): Promise<void> {
  // The stream opens before the Engine listens for it: from this time on it replays what was missed.
  const since = await engine.call(async (docker) => {
    const { SystemTime } = await docker.info();
    return Date.parse(SystemTime) / 1_000;
  });
  const stream = await engine.call((docker, abortSignal) =>
    docker.getEvents({
      since,
      filters: { type: ["container"], event: ["die"], label: ownerFilter(options) },
      abortSignal: AbortSignal.any([signal, abortSignal]),
    }),
  );
  onOpen();
  for await (const event of jsonLines(stream as AsyncIterable<Buffer>)) {
    const { Actor } = event as { Actor?: { Attributes?: Record<string, string> } };
    const id = Actor?.Attributes?.[LABELS.backend] ?? "";
    if (isBackendId(id)) onEvent({ kind: "ended", id });
  }
}
