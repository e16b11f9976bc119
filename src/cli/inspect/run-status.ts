import { createClient } from "../../client/client.ts";
import type { PublicStatus } from "../../protocol/backend.ts";
import type { StatusOptions } from "../commands/add-status.ts";
import type { Context } from "../context.ts";
import { describeEnd } from "../render/describe-end.ts";
import { formatAge, formatDuration } from "../render/format-duration.ts";
import { statusColumn } from "../render/status-text.ts";
import type { Screen } from "../terminal.ts";
import { untilInterrupted } from "../watch/until-interrupted.ts";

export async function runStatus(
  { terminal: { out, err }, stop }: Context,
  options: StatusOptions,
  id: string,
): Promise<void> {
  const client = createClient({ url: options.url });
  if (options.follow !== true) {
    const status = await client.status(id, { signal: stop });
    const since = `for ${formatAge(Date.now() - status.time)}`;
    out.line(options.json === true ? JSON.stringify(status) : describe(status, out, since));
    return;
  }
  await untilInterrupted(stop, async () => {
    let before: PublicStatus | undefined;
    for await (const now of client.statusStream(id, { signal: stop })) {
      if (options.json === true) out.line(JSON.stringify(now));
      else if (now.progress === undefined) out.line(describe(now, out, sinceBefore(before, now)));
      else showProgress(err, now);
      before = now;
    }
  });
}

function describe(status: PublicStatus, { colors }: Screen, when: string): string {
  const { termination_reason: reason } = status;
  const why = reason === undefined ? "" : `  ${describeEnd({ reason })}`;
  return `${statusColumn(status.status, colors, 18)} ${colors.dim(when)}${why}`.trimEnd();
}

function sinceBefore(before: PublicStatus | undefined, now: PublicStatus): string {
  const time = new Date(now.time).toISOString().slice(11, 23);
  return before === undefined ? time : `${time}  after ${formatDuration(now.time - before.time)}`;
}

/** On the line where the next status will stand; a file is told states only. */
function showProgress({ stream, isInteractive, colors }: Screen, { progress }: PublicStatus): void {
  if (!isInteractive || progress === undefined) return;
  const text = `  ${Math.round(progress.percent)}% ${progress.text}`.slice(0, stream.columns - 1);
  stream.write(`\r\u001b[K${colors.dim(text)}\r`);
}
