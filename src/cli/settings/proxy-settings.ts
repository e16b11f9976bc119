import { type Command, InvalidArgumentError } from "commander";
import type { EngineName, ProxyConfig } from "../../../proxy/config.ts";
import { engineSetting } from "./engine-setting.ts";
import { parseList } from "./parse-list.ts";
import { setting } from "./setting.ts";

/** What a proxy can be told wherever it runs. */
export interface ProxySettings {
  engine: EngineName;
  trustProxy?: readonly string[];
  rootRedirect?: string;
}

export function addProxySettings(command: Command): Command {
  return command
    .addOption(
      setting(
        "--trust-proxy <cidr>",
        "front proxy whose X-Forwarded-* are believed; repeatable",
      ).argParser(parseList),
    )
    .addOption(engineSetting())
    .addOption(
      setting("--root-redirect <url>", "where the cluster's bare host leads").argParser(
        parseRedirect,
      ),
    );
}

export function proxyConfigOf({
  engine,
  trustProxy = [],
  rootRedirect,
}: ProxySettings): Pick<ProxyConfig, "engine" | "trustedProxies" | "rootRedirect"> {
  return {
    engine,
    trustedProxies: trustProxy,
    ...(rootRedirect === undefined ? {} : { rootRedirect }),
  };
}

/** As it stands in a header: absolute, and in ASCII. */
export function parseRedirect(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected a URL, such as https://example.com/start.");
  }
  return new URL(text).href;
}
