import type { BackendEvent } from "../../protocol/event.ts";
import type { EventsOptions } from "../commands/add-events.ts";
import type { Context } from "../context.ts";
import { describeEnd } from "../render/describe-end.ts";
import { formatKey } from "../render/format-key.ts";
import { statusColumn } from "../render/status-text.ts";
import { openClient } from "../settings/client-settings.ts";
import type { Screen } from "../terminal.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const DEFAULT_TAIL = 20;

export async function runEvents(
  { terminal: { out }, stop }: Context,
  { follow, tail, cursor, backend, namespace, key, drone, json, ...settings }: EventsOptions,
): Promise<void> {
  const client = await openClient(settings);
  const place = cursor === undefined ? { tail: tail ?? DEFAULT_TAIL } : { cursor };
  const filter = { backendId: backend, namespace, key, drone, ...place };
  const print = (event: BackendEvent) =>
    out.line(json === true ? JSON.stringify(event) : render(event, out));
  if (follow !== true) {
    const { events } = await client.listEvents(filter, { signal: stop });
    for (const event of events) print(event);
    return;
  }
  await untilInterrupted(stop, async () => {
    for await (const event of client.events(filter, { signal: stop })) print(event);
  });
}

function render(event: BackendEvent, { colors }: Screen): string {
  const { at, backend_id, key, drone, status, termination_reason: reason, exit_code } = event;
  const why =
    reason === undefined
      ? ""
      : `  ${describeEnd({ reason, ...(exit_code === undefined ? {} : { exit_code }) })}`;
  const time = colors.dim(new Date(at).toISOString().replace("T", " ").slice(0, 23));
  const where = colors.dim(`on ${drone}`);
  return `${time}  ${backend_id}  ${statusColumn(status, colors, 18)}  ${formatKey(key)} ${where}${why}`;
}
