/** Raised with each change of a wire schema; test/protocol/wire.test.ts notices a forgotten one. */
export const PROTOCOL_VERSION = 1;

/** Where drones and proxies dial the controller. */
export const SOCKET_PATHS = { drone: "/v1/sockets/drone", proxy: "/v1/sockets/proxy" } as const;

/** Close codes of the sockets, from the range that RFC 6455 leaves to applications. */
export const CLOSE_CODES = {
  /** The first message was not a hello of this protocol version: retrying will not help. */
  badHello: 4400,
  /** A message did not fit its schema. */
  badMessage: 4401,
  /** The same name has dialled again; the older socket goes. */
  replaced: 4409,
} as const;
