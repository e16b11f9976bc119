import type { Command } from "commander";
import type { ProxyConfig } from "../../../proxy/config.ts";
import { integerWithin } from "./parse-number.ts";
import { parseSeconds, parseSomeSeconds } from "./parse-seconds.ts";
import { setting } from "./setting.ts";

/** How much of it, and for how long. */
export interface ProxyLimitSettings {
  maxConnections?: number;
  maxConnectionsPerAddress?: number;
  holdLimit?: number;
  answerTimeout?: number;
  drainTime?: number;
}

export type ProxyLimits = Pick<
  ProxyConfig,
  "maxConnections" | "maxConnectionsPerAddress" | "holdLimitMs" | "answerTimeoutMs" | "drainMs"
>;

const parseCount = integerWithin(1, 1_000_000);

export function addProxyLimits(command: Command): Command {
  return command
    .addOption(
      setting(
        "--max-connections <count>",
        "of clients, in all; more are closed at once; default: 16384",
      ).argParser(parseCount),
    )
    .addOption(
      setting(
        "--max-connections-per-address <count>",
        "of one client address or IPv6 /64, but trusted front proxies; default: 1024",
      ).argParser(parseCount),
    )
    .addOption(
      setting(
        "--hold-limit <seconds>",
        "how long a request waits for a backend that is still starting; or 5m, 2h; default: 60",
      ).argParser(parseSeconds),
    )
    .addOption(
      setting(
        "--answer-timeout <seconds>",
        "how long a backend may take to begin its answer; or 5m, 2h; default: no limit",
      ).argParser(parseSomeSeconds),
    )
    .addOption(
      setting(
        "--drain-time <seconds>",
        "how long requests and WebSockets may go on once the proxy is told to stop; or 5m, 2h; default: 10",
      ).argParser(parseSeconds),
    );
}

export function proxyLimitsOf({
  maxConnections,
  maxConnectionsPerAddress,
  ...times
}: ProxyLimitSettings): ProxyLimits {
  const { holdLimit, answerTimeout, drainTime } = times;
  return {
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(maxConnectionsPerAddress === undefined ? {} : { maxConnectionsPerAddress }),
    ...(holdLimit === undefined ? {} : { holdLimitMs: holdLimit * 1_000 }),
    ...(answerTimeout === undefined ? {} : { answerTimeoutMs: answerTimeout * 1_000 }),
    ...(drainTime === undefined ? {} : { drainMs: drainTime * 1_000 }),
  };
}
