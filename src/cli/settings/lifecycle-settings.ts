import type { Command } from "commander";
import type { ControllerConfig } from "../../../controller/config.ts";
import type { LeaseTimings } from "../../protocol/lease.ts";
import { parseLease } from "./parse-lease.ts";
import { parsePositive } from "./parse-number.ts";
import { setting } from "./setting.ts";

/** How long a controller lets things live. */
export interface LifecycleSettings {
  lease?: LeaseTimings;
  keepEnded?: number;
}

const DAY_MS = 86_400_000;

export function addLifecycleSettings(command: Command): Command {
  return command
    .addOption(
      setting(
        "--lease <renew,soft,hard,expiry>",
        "seconds after which a drone renews its lease, without an answer ends its backends, and kills them, and after which their keys are given away; default: 30,40,50,60",
      ).argParser(parseLease),
    )
    .addOption(
      setting("--keep-ended <days>", "how long what has ended is remembered; default: 7").argParser(
        parsePositive,
      ),
    );
}

export function toLifecycle({
  lease,
  keepEnded,
}: LifecycleSettings): Pick<ControllerConfig, "lease" | "keepEndedMs"> {
  return {
    ...(lease === undefined ? {} : { lease }),
    ...(keepEnded === undefined ? {} : { keepEndedMs: Math.round(keepEnded * DAY_MS) }),
  };
}
