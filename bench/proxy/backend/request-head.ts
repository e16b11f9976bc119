export interface BackendRequest {
  /** The last part of the path. */
  wanted: string;
  /** As it arrived. */
  head: string;
  bodyBytes: number;
  /** Undefined unless it asks for a WebSocket. */
  webSocketKey: string | undefined;
  /** Where the bytes behind the head begin. */
  end: number;
}

const HEAD_END = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const WEB_SOCKET_KEY = /\r\nsec-websocket-key: *(\S+)/i;

/** Undefined while the head is not complete. Reads only what this backend needs to know. */
export function readRequest(bytes: Buffer, begin: number): BackendRequest | undefined {
  const headEnds = bytes.indexOf(HEAD_END, begin, "latin1");
  if (headEnds < 0) return undefined;
  const head = bytes.toString("latin1", begin, headEnds + HEAD_END.length);
  const line = head.slice(0, head.indexOf("\r\n"));
  const path = line.slice(0, line.lastIndexOf(" "));
  return {
    wanted: path.slice(path.lastIndexOf("/") + 1),
    head,
    // The hot path is a GET, which has neither.
    bodyBytes: head.startsWith("POST") ? Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0) : 0,
    webSocketKey: path.endsWith("/ws") ? WEB_SOCKET_KEY.exec(head)?.[1] : undefined,
    end: headEnds + HEAD_END.length,
  };
}
