import type { Command } from "commander";
import type { ControllerConfig } from "../../../controller/config.ts";
import type { RateLimit } from "../../protocol/api-key.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { parseList } from "./parse-list.ts";
import { parsePositive } from "./parse-number.ts";
import { parseRate } from "./parse-rate.ts";
import { setting } from "./setting.ts";

/** Who may use a controller's API, how much, and what is kept of it. */
export interface AccessSettings {
  rateLimit?: RateLimit;
  forwardAuth?: string;
  apiTrustProxy?: readonly string[];
  keepAudit?: number;
}

const DAY_MS = 86_400_000;

export function addAccessSettings(command: Command): Command {
  return command
    .addOption(
      setting(
        "--rate-limit <rate[/burst]>",
        "of each API key without a limit of its own, but those for admins, drones and proxies, such as 50/s or 50/s/200; default: none",
      ).argParser(parseRate),
    )
    .addOption(
      setting(
        "--forward-auth <url>",
        "asked about each request to the API that carries no key: 2xx lets it in; a user in the URL is sent as a bearer",
      ).argParser(parseForwardAuth),
    )
    .addOption(
      setting(
        "--api-trust-proxy <cidr>",
        "reverse proxy before the API whose X-Forwarded-For is believed; repeatable",
      ).argParser(parseList),
    )
    .addOption(
      setting(
        "--keep-audit <days>",
        "how long it is remembered who did what; default: 90",
      ).argParser(parsePositive),
    );
}

export function toAccess({
  rateLimit,
  forwardAuth,
  apiTrustProxy,
  keepAudit,
}: AccessSettings): Pick<
  ControllerConfig,
  "rateLimit" | "forwardAuth" | "trustedProxies" | "keepAuditMs"
> {
  return {
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(forwardAuth === undefined ? {} : { forwardAuth }),
    ...(apiTrustProxy === undefined ? {} : { trustedProxies: apiTrustProxy }),
    ...(keepAudit === undefined ? {} : { keepAuditMs: Math.round(keepAudit * DAY_MS) }),
  };
}

/** A wrong one is not told back, as Commander would: there may be a secret in it. */
function parseForwardAuth(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new CliError("--forward-auth (or HANGAR_FORWARD_AUTH) is not an http or https URL.", {
    exitCode: EXIT.usage,
    hints: ["Expected https://auth.example.com/check, or https://TOKEN@auth.example.com/check."],
  });
}
