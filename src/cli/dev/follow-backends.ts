import type { HangarClient } from "../../client/client.ts";
import { collect } from "../../client/collect.ts";
import type { BackendSummary } from "../../protocol/backend.ts";
import type { BackendEvent } from "../../protocol/event.ts";
import type { BackendId } from "../../protocol/ids.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import type { Clock } from "../../shared/clock.ts";
import { formatKey } from "../render/format-key.ts";
import { stripControl } from "../render/strip-control.ts";
import type { Tell } from "./dev-event.ts";

export interface FollowDeps {
  clock: Clock;
  client: Pick<HangarClient, "events" | "listBackends" | "listEvents" | "logs">;
  tell: Tell;
  /** Each time the list was read. */
  onList(live: readonly BackendSummary[]): void;
}

const LIST_EVERY_MS = 300;

/** Tells of every backend's states and log lines from now on, until it is disposed. */
export async function followBackends(deps: FollowDeps): Promise<AsyncDisposable> {
  const { client, clock } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  const { next_cursor: cursor } = await client.listEvents({ tail: 0 });
  const lists = async () => {
    while (!signal.aborted) {
      const live = await listLive(client).catch(() => undefined);
      if (live !== undefined) deps.onList(live);
      await clock.sleep(LIST_EVERY_MS, signal).catch(() => undefined);
    }
  };
  const done = Promise.all([lists(), followEvents(deps, cursor, signal)]);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

export async function listLive(
  client: Pick<HangarClient, "listBackends">,
): Promise<BackendSummary[]> {
  return await collect(client.listBackends({ status: LIVE_STATUSES }));
}

async function followEvents(deps: FollowDeps, cursor: string, signal: AbortSignal): Promise<void> {
  /** Of those that have not ended. */
  const logs = new Map<BackendId, Promise<void>>();
  const ends = new Set<Promise<void>>();
  try {
    for await (const event of deps.client.events({ cursor }, { signal })) {
      const { backend_id: id } = event;
      const log = logs.get(id) ?? followLog(deps, id, signal);
      if (event.status !== "terminated") {
        logs.set(id, log);
        tellOf(deps.tell, event);
        continue;
      }
      logs.delete(id);
      // What it has printed stands before its end.
      const end = log.then(() => tellOf(deps.tell, event)).finally(() => ends.delete(end));
      ends.add(end);
    }
  } catch (error) {
    if (signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    deps.tell({ event: "note", level: "error", text: `no more is heard of backends: ${why}` });
  } finally {
    await Promise.all([...logs.values(), ...ends]);
  }
}

async function followLog(
  { client, tell }: FollowDeps,
  id: BackendId,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { stream, text } of client.logs(id, { follow: true, signal })) {
      tell({ event: "log", backend_id: id, stream, line: stripControl(text) });
    }
  } catch {
    // Its end is told by its state.
  }
}

function tellOf(tell: Tell, event: BackendEvent): void {
  const { backend_id, status, message, termination_reason: reason } = event;
  const key = event.key.name === backend_id ? "" : formatKey(event.key);
  tell({ event: "backend", backend_id, key, status, message: message ?? reason ?? null });
}
