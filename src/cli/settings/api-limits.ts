import type { Command } from "commander";
import type { ControllerConfig } from "../../../controller/config.ts";
import { integerWithin } from "./parse-number.ts";
import { parseSomeSeconds } from "./parse-seconds.ts";
import { setting } from "./setting.ts";

/** How much of a controller's API may be held by whoever reaches it. */
export interface ApiLimitSettings {
  apiMaxConnections?: number;
  apiRequestTimeout?: number;
}

export function addApiLimits(command: Command): Command {
  return command
    .addOption(
      setting(
        "--api-max-connections <count>",
        "to the API, drones and proxies among them; half may be streams; more are closed at once; default: 10000",
      ).argParser(integerWithin(2, 1_000_000)),
    )
    .addOption(
      setting(
        "--api-request-timeout <seconds>",
        "how long a request to the API may take to arrive; or 5m; default: 30",
      ).argParser(parseSomeSeconds),
    );
}

export function apiLimitsOf({
  apiMaxConnections,
  apiRequestTimeout,
}: ApiLimitSettings): Pick<ControllerConfig, "maxConnections" | "requestTimeoutMs"> {
  return {
    ...(apiMaxConnections === undefined ? {} : { maxConnections: apiMaxConnections }),
    ...(apiRequestTimeout === undefined ? {} : { requestTimeoutMs: apiRequestTimeout * 1_000 }),
  };
}
