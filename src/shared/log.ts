import { type DestinationStream, type LevelWithSilent, type Logger, pino } from "pino";

export type Log = Logger;
export type LogLevel = LevelWithSilent;

/** A log of facts: a constant message, ids as fields. Secrets never reach it; the paths below are a net. */
export function createLog(level: LogLevel, destination: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: [
          "*.token",
          "*.static_token",
          "*.secret",
          "*.credentials",
          "*.env",
          "*.authorization",
          "headers.authorization",
          "headers.cookie",
        ],
        censor: "[redacted]",
      },
    },
    destination,
  );
}
