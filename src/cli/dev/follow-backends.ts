import type { Builder } from "../../../drone/build.ts";
import type { HangarClient } from "../../client/client.ts";
import type { BackendSummary } from "../../protocol/backend.ts";
import type { BackendId } from "../../protocol/ids.ts";
import type { Clock } from "../../shared/clock.ts";
import { collect } from "../collect.ts";
import { formatKey } from "../render/format-key.ts";
import { LIVE_STATUSES } from "../render/status-text.ts";
import { stripControl } from "../render/strip-control.ts";
import type { Tell } from "./dev-event.ts";
import { LineCutter } from "./line-cutter.ts";

export interface FollowDeps {
  clock: Clock;
  client: HangarClient;
  builder: Builder;
  tell: Tell;
  /** Each time the list was read. */
  onList(live: readonly BackendSummary[]): void;
}

interface Followed {
  status: BackendSummary["status"];
  hasLog: boolean;
}

const POLL_MS = 300;
/** Before these there is no container. */
const UNBORN = new Set(["scheduled", "loading", "starting"]);

/** Tells of every backend's states and log lines, until it is disposed. */
export function followBackends(deps: FollowDeps): AsyncDisposable {
  const stop = new AbortController();
  const known = new Map<BackendId, Followed>();
  const logs = new Set<Promise<void>>();
  const done = (async () => {
    while (!stop.signal.aborted) {
      const live = await listLive(deps.client).catch(() => undefined);
      if (live !== undefined) await look(live);
      await deps.clock.sleep(POLL_MS, stop.signal).catch(() => undefined);
    }
  })();

  async function look(live: readonly BackendSummary[]): Promise<void> {
    deps.onList(live);
    for (const backend of live) meet(backend);
    const ids = new Set(live.map(({ id }) => id));
    for (const [id, { hasLog }] of [...known].filter(([id]) => !ids.has(id))) {
      known.delete(id);
      await tellEnd(deps, id, hasLog);
    }
  }

  function meet(backend: BackendSummary): void {
    const { id, status } = backend;
    const before = known.get(id);
    if (before?.status !== status) tellOf(deps, backend, null);
    const hadLog = before?.hasLog === true;
    const hasLog = hadLog || !UNBORN.has(status);
    if (hasLog && !hadLog) startLog(id);
    known.set(id, { status, hasLog });
  }

  function startLog(id: BackendId): void {
    const log = followOne(deps, id, stop.signal).finally(() => logs.delete(log));
    logs.add(log);
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
      await Promise.all(logs);
    },
  };
}

export async function listLive(client: HangarClient): Promise<BackendSummary[]> {
  return await collect(client.listBackends({ status: LIVE_STATUSES }));
}

function tellOf({ tell }: FollowDeps, backend: BackendSummary, message: string | null): void {
  const { id, status } = backend;
  const key = backend.key.name === id ? "" : formatKey(backend.key);
  tell({ event: "backend", backend_id: id, key, status, message });
}

/** One that ended before its log was read tells its last lines with its end. */
async function tellEnd(deps: FollowDeps, id: BackendId, hasLog: boolean): Promise<void> {
  const ended = await deps.client.getBackend(id).catch(() => undefined);
  if (ended === undefined) return;
  const { reason, message, log_tail: tail = [] } = ended.termination ?? {};
  const lines = hasLog ? [] : tail;
  for (const line of lines) deps.tell({ event: "log", backend_id: id, line: stripControl(line) });
  tellOf(deps, ended, message ?? reason ?? null);
}

async function followOne(
  { builder, tell }: FollowDeps,
  id: BackendId,
  signal: AbortSignal,
): Promise<void> {
  const cutter = new LineCutter((line) => tell({ event: "log", backend_id: id, line }));
  try {
    for await (const text of builder.followLog(id, signal)) cutter.write(text);
  } catch {
    // Its end is told by its state.
  }
  cutter.end();
}
