import { LOG_SOURCE_HEADER } from "../../src/protocol/log-line.ts";
import type { BackendLogs, ToldLine } from "../backend-streams/backend-logs.ts";
import type { ServerEvent } from "./stream-events.ts";

/** The form that an answer with lines takes. */
export type LogForm = "events" | "json-lines" | "text";

export function logHeaders({ source }: BackendLogs): Record<string, string> {
  return { [LOG_SOURCE_HEADER]: source };
}

/** A line an event, whose id resumes after it; the last is named `end`, and `last-lines` the first if that is all. */
export async function* logEvents({ source, lines }: BackendLogs): AsyncGenerator<ServerEvent> {
  if (source === "last-lines") yield { event: source, data: {} };
  for await (const some of lines) {
    for (const { place, ...data } of some) yield { ...(place && { id: place }), data };
  }
  yield { event: "end", data: {} };
}

export async function* logText(
  { lines }: BackendLogs,
  form: Exclude<LogForm, "events">,
): AsyncGenerator<string> {
  const write = form === "text" ? textOf : jsonOf;
  for await (const some of lines) if (some.length > 0) yield some.map(write).join("");
}

function textOf({ text }: ToldLine): string {
  return `${text}\n`;
}

function jsonOf({ at, stream, text }: ToldLine): string {
  return `${JSON.stringify({ at, stream, text })}\n`;
}
