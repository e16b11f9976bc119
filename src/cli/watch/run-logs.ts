import type { LogLine } from "../../protocol/log-line.ts";
import type { LogsOptions } from "../commands/add-logs.ts";
import type { Context } from "../context.ts";
import { stripControl } from "../render/strip-control.ts";
import { openClient } from "../settings/client-settings.ts";
import type { Screen } from "../terminal.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export async function runLogs(
  { terminal: { out, err }, stop }: Context,
  options: LogsOptions,
  id: string,
): Promise<void> {
  const { follow, tail, since, stdout, stderr, timestamps, json } = options;
  const client = await openClient(options);
  const onLastLines = () =>
    err.line(err.colors.dim("It has ended, and its log went with it. These were its last lines:"));
  const lines = client.logs(id, {
    ...{ follow, tail, since, stdout, stderr, onLastLines },
    signal: stop,
  });
  const print = async () => {
    for await (const line of lines) {
      out.line(json === true ? JSON.stringify(line) : render(line, out, timestamps === true));
    }
  };
  await (follow === true ? untilInterrupted(stop, print) : print());
}

/** A file gets the text as it is. */
function render({ at, stream, text }: LogLine, out: Screen, hasTime: boolean): string {
  const shown = out.isInteractive ? stripControl(text) : text;
  const painted = stream === "stderr" ? out.colors.yellow(shown) : shown;
  if (!hasTime) return painted;
  const time = at === null ? "-".padEnd(24) : new Date(at).toISOString();
  return `${out.colors.dim(time)} ${painted}`;
}
