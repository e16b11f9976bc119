import { request } from "node:http";
import { WebSocket } from "ws";
import type { Proxy as ProxyName } from "../fault.ts";
import type { Identity, Visit } from "../history.ts";
import { CLUSTER, PROXY_PORT, proxyHost } from "../parts/places.ts";
import type { Session } from "./connect.ts";

const ANSWER_MS = 10_000;

/** What no client may make a backend believe, in the spellings that servers take for one another. */
const FORGED = {
  "x-verified-username": "forged",
  "X-Verified-User-Data": '{"forged":true}',
  "x-verified-backend": "forged",
  "x-verified-secret": "forged",
  x_verified_username: "forged",
  "x-verified_username": "forged",
};

export interface Told extends Identity {
  verified: Record<string, string>;
}

export interface ProxyAnswer {
  status: number | null;
  told: Told | undefined;
}

/** GET as a browser would, with forged headers besides. */
export function ask(
  proxy: ProxyName,
  { label, path }: { label: string; path: string },
  headers: Record<string, string> = {},
): Promise<ProxyAnswer> {
  return new Promise((resolve) => {
    const none = { status: null, told: undefined };
    const asking = request(
      {
        ...{ host: proxyHost(proxy), port: PROXY_PORT, path, agent: false, timeout: ANSWER_MS },
        headers: { host: `${label}.${CLUSTER}`, ...FORGED, ...headers },
      },
      (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("error", () => resolve(none));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? null, told: parseTold(text) }),
        );
      },
    );
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(none));
    asking.on("close", () => resolve(none));
    asking.end();
  });
}

export function openSocket(proxy: ProxyName, { backend, token }: Session): WebSocket {
  const headers = { host: `${backend}.${CLUSTER}`, ...FORGED };
  return new WebSocket(`ws://${proxyHost(proxy)}:${PROXY_PORT}/${token}/`, {
    headers,
    handshakeTimeout: ANSWER_MS,
  });
}

export function parseTold(text: string): Told | undefined {
  try {
    const told = JSON.parse(text) as Partial<Told>;
    return told.backend === undefined || told.verified === undefined ? undefined : (told as Told);
  } catch {
    return undefined;
  }
}

export function toVisit(proxy: ProxyName, session: Session, asked: number, told: Told): Visit {
  const { backend, key, user, auth } = session;
  const { verified, ...answered } = told;
  const expected = { backend, key, user, auth };
  return { kind: "visit", asked, proxy, expected, answered, verified };
}
