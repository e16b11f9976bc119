import type { Command } from "commander";
import type { LogLevel } from "../../shared/log.ts";
import { setting } from "./setting.ts";

const LEVELS: readonly LogLevel[] = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

export interface LogSettings {
  logLevel: LogLevel;
  logFormat?: "pretty" | "json";
}
export function addLogSettings(command: Command): Command {
  return command
    .optionsGroup("Logs, to stderr:")
    .addOption(
      setting("--log-level <level>", "the least that is told").choices(LEVELS).default("info"),
    )
    .addOption(
      setting("--log-format <format>", "default: pretty for a terminal, else json").choices([
        "pretty",
        "json",
      ]),
    );
}
