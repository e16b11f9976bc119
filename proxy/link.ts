import { CLOSE_CODES, PROTOCOL_VERSION, SOCKET_PATHS } from "../src/protocol/handshake.ts";
import { ControllerToProxy, type ProxyToController } from "../src/protocol/proxy-messages.ts";
import {
  RECONNECT_BACKOFF,
  SOCKET_PING_INTERVAL_MS,
  SOCKET_SILENCE_LIMIT_MS,
} from "../src/protocol/timings.ts";
import { validatorOf } from "../src/protocol/validate.ts";
import { type DialDeps, dial, type Link } from "../src/shared/dial.ts";
import type { ProxyConfig } from "./config.ts";

export type ProxyLink = Link<ProxyToController>;
export type ControllerNews = Exclude<ControllerToProxy, { type: "welcome" }>;

export interface LinkHandlers {
  onWelcome(): void;
  onNews(news: ControllerNews): void;
}

const VERSION = "0.1.0";
const inbound = validatorOf(ControllerToProxy);

/** The proxy's one connection to a controller. */
export function openLink(
  deps: DialDeps,
  { controllerUrl, key, name, cluster }: ProxyConfig,
  { onWelcome, onNews }: LinkHandlers,
): ProxyLink {
  return dial<ControllerToProxy, ProxyToController>(deps, {
    url: controllerUrl.replace(/^http/, "ws").replace(/\/+$/, "") + SOCKET_PATHS.proxy,
    bearer: key,
    inbound,
    pingIntervalMs: SOCKET_PING_INTERVAL_MS,
    silenceLimitMs: SOCKET_SILENCE_LIMIT_MS,
    badMessageCode: CLOSE_CODES.badMessage,
    backoff: RECONNECT_BACKOFF,
    hello: () => ({
      type: "hello",
      protocol_version: PROTOCOL_VERSION,
      version: VERSION,
      proxy: name,
      cluster,
    }),
    onWelcome,
    onMessage(message) {
      if (message.type !== "welcome") onNews(message);
    },
  });
}
