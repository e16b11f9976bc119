import { type DestinationStream, type LevelWithSilent, type Logger, pino } from "pino";

import { describeError } from "./describe-error.ts";
import { redactText } from "./redact.ts";

export type Log = Logger;
export type LogLevel = LevelWithSilent;

/** A log of facts: a constant message, ids as fields. Secrets never reach it; what is below is a net. */
export function createLog(level: LogLevel, destination: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: (error: unknown) => describeError(error) },
      redact: {
        paths: [
          "*.token",
          "*.static_token",
          "*.secret",
          "*.credentials",
          "*.env",
          "*.authorization",
          "*.cookie",
          "headers.authorization",
          "headers.cookie",
        ],
        censor: "[redacted]",
      },
    },
    { write: (line) => destination.write(redactText(line)) },
  );
}
