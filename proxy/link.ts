import { PROTOCOL_VERSION, SOCKET_UPKEEP, socketUrl } from "../src/protocol/handshake.ts";
import { newIdentity } from "../src/protocol/ids.ts";
import { ControllerToProxy, type ProxyToController } from "../src/protocol/proxy-messages.ts";
import { RECONNECT_BACKOFF } from "../src/protocol/timings.ts";
import { validatorOf } from "../src/protocol/validate.ts";
import { VERSION } from "../src/protocol/version.ts";
import { type DialDeps, dial, type Link } from "../src/shared/dial.ts";
import type { ProxyConfig } from "./config.ts";

export type ProxyLink = Link<ProxyToController>;
export type ControllerNews = Exclude<ControllerToProxy, { type: "welcome" }>;

export interface LinkHandlers {
  onWelcome(): void;
  onNews(news: ControllerNews): void;
  onDown?(): void;
}

const inbound = validatorOf(ControllerToProxy);

/** The proxy's one connection to a controller. */
export function openLink(
  deps: DialDeps,
  { controllerUrl, key, name, cluster }: ProxyConfig,
  { onWelcome, onNews, onDown }: LinkHandlers,
): ProxyLink {
  // Of this process: one that starts anew has nothing open, and another of its name is not it.
  const identity = newIdentity();
  return dial<ControllerToProxy, ProxyToController>(deps, {
    ...SOCKET_UPKEEP,
    url: socketUrl(controllerUrl, "proxy"),
    bearer: key,
    inbound,
    backoff: RECONNECT_BACKOFF,
    hello: () => ({
      type: "hello",
      protocol_version: PROTOCOL_VERSION,
      version: VERSION,
      proxy: name,
      identity,
      cluster,
    }),
    onWelcome,
    ...(onDown === undefined ? {} : { onDown }),
    onMessage(message) {
      if (message.type !== "welcome") onNews(message);
    },
  });
}
