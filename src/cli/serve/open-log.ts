import pino, { type DestinationStream } from "pino";
import type { PrettyOptions } from "pino-pretty";
import { createLog, type Log } from "../../shared/log.ts";
import { stripControl } from "../render/strip-control.ts";
import type { LogSettings } from "../settings/log-settings.ts";
import type { Screen } from "../terminal.ts";

const STDERR = 2;

export interface OpenedLog {
  log: Log;
  /** From now on a person is shown nothing below this level; files and machines get everything. */
  showFrom(level: keyof typeof LEVEL_VALUES): void;
}

const LEVEL_VALUES = { trace: 10, warn: 40, error: 50 } as const;

/** Written synchronously, so that the last words of a dying process are not lost. */
export async function openLog(
  { logLevel, logFormat }: LogSettings,
  screen: Screen,
): Promise<OpenedLog> {
  const format = logFormat ?? (screen.isInteractive ? "pretty" : "json");
  if (format === "json") {
    const log = createLog(logLevel, pino.destination({ fd: STDERR, sync: true }));
    return { log, showFrom() {} };
  }
  const { default: pretty } = await import("pino-pretty");
  const lines = pretty(look(screen.colors.isColorSupported, logLevel));
  let least = 0;
  const log = createLog(logLevel, {
    write: (line) => {
      if (levelOf(line) >= least) lines.write(line);
    },
  } satisfies DestinationStream);
  return {
    log,
    showFrom: (level) => {
      least = LEVEL_VALUES[level];
    },
  };
}

/** Stacks are for who debugs; others read what went wrong, on one line. */
function look(colorize: boolean, level: LogSettings["logLevel"]): PrettyOptions {
  const withStacks = level === "debug" || level === "trace";
  return {
    colorize,
    destination: STDERR,
    sync: true,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: withStacks ? "component" : "component,err",
    customColors: "message:white,info:green,warn:yellow,error:red,fatal:red,debug:blue,trace:gray",
    messageFormat: ({ component, msg, err }) =>
      [component, msg, withStacks ? undefined : messageOf(err)]
        .filter((part) => part !== undefined)
        .join(": "),
  };
}

function messageOf(err: unknown): string | undefined {
  const { message } = (err ?? {}) as { message?: string };
  return message === undefined ? undefined : stripControl(message);
}

/** Pino puts the level first, so no line is parsed for it. */
function levelOf(line: string): number {
  return Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 100);
}
