import { SOCKET_PING_INTERVAL_MS, SOCKET_SILENCE_LIMIT_MS } from "./timings.ts";

/** Raised with each change of a wire schema; test/protocol/wire.test.ts notices a forgotten one. */
export const PROTOCOL_VERSION = 5;

/** Where drones and proxies dial the controller. */
export const SOCKET_PATHS = { drone: "/v1/sockets/drone", proxy: "/v1/sockets/proxy" } as const;

/** Where to dial, from the address of the controller's API. */
export function socketUrl(controllerUrl: string, kind: keyof typeof SOCKET_PATHS): string {
  const url = new URL(controllerUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.pathname = url.pathname.replace(/\/$/, "") + SOCKET_PATHS[kind];
  return url.href;
}

/** Close codes of the sockets, from the range that RFC 6455 leaves to applications. */
export const CLOSE_CODES = {
  /** The first message was not a hello of this protocol version: retrying will not help. */
  badHello: 4400,
  /** A message did not fit its schema. */
  badMessage: 4401,
  /** The same peer has dialled again; the older socket goes. */
  replaced: 4409,
  /** Another peer has this name, and is alive. */
  nameTaken: 4410,
  /** The API key that let it in was revoked or has expired. */
  keyEnded: 4411,
} as const;

/** How each end of a socket keeps it, and how a dialler returns to it. */
export const SOCKET_UPKEEP = {
  pingIntervalMs: SOCKET_PING_INTERVAL_MS,
  silenceLimitMs: SOCKET_SILENCE_LIMIT_MS,
  badMessageCode: CLOSE_CODES.badMessage,
} as const;
