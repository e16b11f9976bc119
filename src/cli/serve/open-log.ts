import pino from "pino";
import { createLog, type Log } from "../../shared/log.ts";
import type { LogSettings } from "../settings/log-settings.ts";
import type { Screen } from "../terminal.ts";

const STDERR = 2;

/** Written synchronously, so that the last words of a dying process are not lost. */
export async function openLog({ logLevel, logFormat }: LogSettings, screen: Screen): Promise<Log> {
  const format = logFormat ?? (screen.isInteractive ? "pretty" : "json");
  if (format === "json") {
    return createLog(logLevel, pino.destination({ fd: STDERR, sync: true }));
  }
  const { default: pretty } = await import("pino-pretty");
  const lines = pretty({
    colorize: screen.colors.isColorSupported,
    destination: STDERR,
    sync: true,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname",
  });
  return createLog(logLevel, lines);
}
