import type { HangarClient } from "../../client/client.ts";
import { collect } from "../../client/collect.ts";
import { HangarError } from "../../client/hangar-error.ts";
import type { TerminateResponse } from "../../protocol/backend.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import { CliError } from "../cli-error.ts";
import type { TerminateOptions } from "../commands/add-terminate.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { explainError } from "../explain-error.ts";
import { endingText } from "../render/status-text.ts";
import { openClient } from "../settings/client-settings.ts";

/** Tries every backend, whatever becomes of the others. */
export async function runTerminate(
  context: Context,
  options: TerminateOptions,
  ids: readonly string[] = [],
): Promise<void> {
  const { terminal, stop } = context;
  refuseBoth(ids, options);
  const client = await openClient(options);
  const targets = options.all === true ? await liveIds(client, stop) : ids;
  if (targets.length === 0) terminal.err.line("No backend is live.");
  const outcomes = await Promise.all(
    targets.map((id) => terminateOne(context, client, options, id)),
  );
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  const [first] = failures;
  if (first === undefined) return;
  const count = `${failures.length} of ${targets.length}`;
  throw targets.length === 1
    ? first
    : new CliError(`${count} could not be ended.`, {
        exitCode: explainError(first).exitCode,
        cause: first,
      });
}

function refuseBoth(ids: readonly string[], { all }: TerminateOptions): void {
  if (ids.length > 0 !== (all === true)) return;
  throw new CliError(all === true ? "Both ids and --all were given." : "Which backend?", {
    exitCode: EXIT.usage,
    hints: ["Name ids, as `hangar ls` shows them, or say --all."],
  });
}

async function liveIds(client: HangarClient, signal: AbortSignal): Promise<string[]> {
  const live = client.listBackends({ status: LIVE_STATUSES }, { signal });
  return (await collect(live)).map(({ id }) => id);
}

/** Gives the failure, having told of it; nothing if all went well. */
async function terminateOne(
  { terminal: { out, err }, stop }: Context,
  client: HangarClient,
  options: TerminateOptions,
  id: string,
): Promise<HangarError | undefined> {
  try {
    const asked = await ask(client, options, id, stop);
    const status = options.wait === true ? await untilEnded(client, id, stop) : asked.status;
    out.line(
      options.json === true
        ? JSON.stringify({ ...asked, status })
        : `${id}  ${endingText(status, out.colors, asked.status === "terminated" ? "already" : undefined)}`,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof HangarError)) throw error;
    const { message } = explainError(error);
    if (options.json === true)
      out.line(JSON.stringify({ backend_id: id, error: { code: error.code, message } }));
    else err.line(`${id}  ${err.colors.red("✖")} ${message}`);
    return error;
  }
}

async function ask(
  client: HangarClient,
  { hard, grace }: TerminateOptions,
  id: string,
  signal: AbortSignal,
): Promise<TerminateResponse> {
  const body = {
    ...(hard === undefined ? {} : { hard }),
    ...(grace === undefined ? {} : { grace_seconds: grace }),
  };
  return await client.terminate(id, body, { signal });
}

async function untilEnded(client: HangarClient, id: string, signal: AbortSignal) {
  let status: TerminateResponse["status"] = "terminating";
  for await (const now of client.statusStream(id, { signal })) status = now.status;
  return status;
}
