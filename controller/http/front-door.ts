import type { Server, ServerOptions } from "node:http";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { OutageLog } from "../access/outage-log.ts";

/** How much of the API's server anybody may hold without having said who they are. */
export interface ApiLimits {
  /** Of clients, drones and proxies together. Half of them may be streams. */
  maxConnections: number;
  /** From a request's first byte, or its connection's begin, to its last; an answer may take as long as it likes. */
  requestTimeoutMs: number;
}

const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 5_000;
const MAX_HEADER_BYTES = 16_384;

/** For Node's server: whoever sends a request slowly, or nothing at all, keeps no connection. */
export function timeoutsOf({ requestTimeoutMs }: ApiLimits): ServerOptions {
  return {
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, Math.ceil(requestTimeoutMs / 4)),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}

/** More connections are closed at once, before they cost more than that. */
export function limitConnections(
  server: Server,
  { maxConnections }: ApiLimits,
  deps: { clock: Clock; log: Log },
): void {
  server.maxConnections = maxConnections;
  const outage = new OutageLog(deps, "accepting connections");
  server.on("drop", () => outage.failed({ maxConnections }));
  server.on("connection", () => outage.worked());
}
