import { type Command, InvalidArgumentError } from "commander";
import type { EngineName, ProxyConfig } from "../../../proxy/config.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { engineSetting } from "./engine-setting.ts";
import { parseList } from "./parse-list.ts";
import {
  addProxyLimits,
  type ProxyLimitSettings,
  type ProxyLimits,
  proxyLimitsOf,
} from "./proxy-limits.ts";
import { setting } from "./setting.ts";

/** What a proxy can be told wherever it runs. */
export interface ProxySettings extends ProxyLimitSettings {
  engine: EngineName;
  trustProxy?: readonly string[];
  proxyProtocol?: true;
  rootRedirect?: string;
  accessLog?: string;
}

export function addProxySettings(command: Command): Command {
  command
    .addOption(
      setting(
        "--trust-proxy <cidr>",
        "front proxy whose X-Forwarded-* and PROXY headers are believed; repeatable",
      ).argParser(parseList),
    )
    .addOption(engineSetting())
    .addOption(
      setting(
        "--proxy-protocol",
        "every connection comes from a trusted front proxy and begins with a PROXY header, v2 or v1",
      ),
    )
    .addOption(
      setting("--root-redirect <url>", "where the cluster's bare host leads").argParser(
        parseRedirect,
      ),
    )
    .addOption(
      setting(
        "--access-log [file]",
        "append a line of JSON for each request; - or nothing is the standard output",
      ).preset("-"),
    );
  return addProxyLimits(command);
}

type ProxyTerms = ProxyLimits &
  Pick<ProxyConfig, "engine" | "trustedProxies" | "proxyProtocol" | "rootRedirect" | "accessLog">;

export function proxyConfigOf({ engine, trustProxy = [], ...settings }: ProxySettings): ProxyTerms {
  const { proxyProtocol, rootRedirect } = settings;
  const { accessLog } = settings;
  if (proxyProtocol === true && trustProxy.length === 0) {
    throw new CliError("--proxy-protocol lets only trusted front proxies in, and none is.", {
      exitCode: EXIT.usage,
      hints: ["Name them with --trust-proxy or HANGAR_TRUST_PROXY."],
    });
  }
  return {
    engine,
    trustedProxies: trustProxy,
    ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    ...(rootRedirect === undefined ? {} : { rootRedirect }),
    ...(accessLog === undefined ? {} : { accessLog }),
    ...proxyLimitsOf(settings),
  };
}

/** As it stands in a header: absolute, and in ASCII. */
export function parseRedirect(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected a URL, such as https://example.com/start.");
  }
  return new URL(text).href;
}
