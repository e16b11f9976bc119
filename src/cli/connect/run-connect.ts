import type { Status } from "../../protocol/backend-state.ts";
import type { ConnectResponse } from "../../protocol/connect.ts";
import type { ConnectOptions } from "../commands/add-connect.ts";
import type { Context } from "../context.ts";
import { formatDuration } from "../render/format-duration.ts";
import { NO_PROGRESS, openProgress } from "../render/open-progress.ts";
import { statusText } from "../render/status-text.ts";
import { openClient } from "../settings/client-settings.ts";
import type { Screen } from "../terminal.ts";
import { type AwaitReadyDeps, awaitReady } from "./await-ready.ts";
import { endedInstead } from "./ended-instead.ts";
import { toConnectRequest } from "./to-connect-request.ts";

export async function runConnect(
  { terminal, stop }: Context,
  options: ConnectOptions,
  command: readonly string[],
): Promise<void> {
  const request = toConnectRequest(options, command);
  const client = await openClient(options);
  const startedMs = performance.now();
  const isSilent = options.json === true || options.quiet === true;
  const { response, outcome } = await (async () => {
    using progress = isSilent ? NO_PROGRESS : await openProgress(terminal.err);
    progress.doing("asking the controller");
    const response = await client.connect(request, { signal: stop });
    return { response, outcome: await settle({ client, progress, stop }, options, response) };
  })();

  if (options.json === true) {
    const { status, backend } = outcome;
    const termination = backend === undefined ? {} : { termination: backend.termination };
    terminal.out.line(JSON.stringify({ ...response, status, ...termination }));
  }
  if (outcome.backend !== undefined) throw endedInstead(outcome.backend);
  if (!isSilent) summarise(terminal.err, response, outcome.status, performance.now() - startedMs);
  if (options.json !== true) terminal.out.line(response.url);
  if (options.open === true) await openInBrowser(response.url);
}

/** Waits if asked to; a backend that has ended comes with all that is known of its end. */
async function settle(
  deps: AwaitReadyDeps,
  { wait, waitSeconds }: ConnectOptions,
  response: ConnectResponse,
) {
  // A backend that was found ready has no steps to show.
  if (wait !== true || response.status === "ready") return { status: response.status };
  const { status } = await awaitReady(deps, response.backend_id, waitSeconds);
  if (status === "ready") return { status };
  const { client, stop } = deps;
  return { status, backend: await client.getBackend(response.backend_id, { signal: stop }) };
}

function summarise(
  { line, colors }: Screen,
  { backend_id, spawned, drone }: ConnectResponse,
  status: Status,
  tookMs: number,
): void {
  const what = spawned ? "spawned on" : "found on";
  const after = `in ${formatDuration(tookMs)}`;
  line(
    `  ${statusText(status, colors)}  ${colors.bold(backend_id)} ${what} ${drone} ${colors.dim(after)}`,
  );
}

async function openInBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  await open(url);
}
