import type { HeaderPair, RequestHead } from "../engine.ts";
import { headerValues, listEntries } from "../headers.ts";

// RFC 2817 has HTTP over TLS by an upgrade.
const CARRIES_HTTP = /^(h\d|http|tls)/;

/**
 * Whether an upgrade may be passed on. One with a body may not: a server that declines it and one that
 * agrees read it differently. Nor may one to another kind of HTTP: what it carries would go round all
 * that is done to headers.
 */
export function isForwardableUpgrade({ method, headers }: RequestHead): boolean {
  const protocols = listEntries(headerValues(headers, "upgrade"));
  if (protocols.some((protocol) => CARRIES_HTTP.test(protocol))) return false;
  const bodies = headerValues(headers, "content-length").filter((length) => length !== "0");
  const hasBody = bodies.length + headerValues(headers, "transfer-encoding").length > 0;
  return method === "GET" && !hasBody;
}

/** Whether a backend's 101 switches to what was asked for. */
export function agreesToUpgrade(asked: RequestHead, answer: readonly HeaderPair[]): boolean {
  const protocols = listEntries(headerValues(asked.headers, "upgrade"));
  const given = listEntries(headerValues(answer, "upgrade"));
  return (
    listEntries(headerValues(answer, "connection")).includes("upgrade") &&
    given.length > 0 &&
    given.every((protocol) => protocols.includes(protocol))
  );
}

/** Only between the frames of a WebSocket may a proxy say something of its own. */
export function isWebSocket({ headers }: RequestHead): boolean {
  return headerValues(headers, "upgrade").join().trim().toLowerCase() === "websocket";
}
