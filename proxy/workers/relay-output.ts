import type { Readable } from "node:stream";
import type { Log } from "../../src/shared/log.ts";

/** Passes whole lines on, so that those of several workers do not run into each other. */
export async function relayLines(
  stream: Readable,
  pass: (lines: string) => Promise<void>,
): Promise<void> {
  let rest = "";
  try {
    for await (const chunk of stream.setEncoding("utf8")) {
      const text = rest + String(chunk);
      const end = text.lastIndexOf("\n") + 1;
      rest = text.slice(end);
      if (end > 0) await pass(text.slice(0, end));
    }
  } catch {
    // It broke with its worker, of which others tell.
  }
  if (rest !== "") await pass(`${rest}\n`);
}

const LEVELS = new Map([
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [40, "warn"],
  [50, "error"],
  [60, "fatal"],
] as const);

/** What workers log is logged once more here, in this process's form; what is no log is what Node says of a crash. */
export function relayLog(lines: string, log: Log): void {
  for (const line of lines.split("\n")) {
    if (line === "") continue;
    const entry = parseEntry(line);
    if (entry === undefined) {
      log.error({ line }, "a worker said");
      continue;
    }
    // The component is in this log already.
    const { level, time: _, component: __, msg, ...facts } = entry;
    log[LEVELS.get(level as 10) ?? "error"](facts, String(msg));
  }
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
