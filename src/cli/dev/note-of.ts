import { stripControl } from "../render/strip-control.ts";
import type { DevEvent } from "./dev-event.ts";

const ERROR = 50;

/** A line of the embedded processes' log, as something that happens. */
export function noteOf(line: string): Extract<DevEvent, { event: "note" }> {
  const { level, component, msg, err } = JSON.parse(line) as LogLine;
  const words = [component, msg, err?.message].filter((word) => word !== undefined);
  return {
    event: "note",
    level: level >= ERROR ? "error" : "warn",
    text: stripControl(words.join(": ")),
  };
}

interface LogLine {
  level: number;
  component?: string;
  msg?: string;
  err?: { message?: string };
}
