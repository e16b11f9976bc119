import { HEAD_PATH } from "../answers.ts";

export interface BackendRequest {
  /** The last part of the path. */
  wanted: string;
  bodyBytes: number;
  /** Undefined unless it asks for a WebSocket. */
  webSocketKey: string | undefined;
  /** As it arrived, if that is what it asks for; else empty. */
  head: string;
  /** Where the bytes behind the head begin. */
  end: number;
}

const HEAD_END = "\r\n\r\n";
const VERSION = " HTTP/1.1";
const CR = 13;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const WEB_SOCKET_KEY = /\r\nsec-websocket-key: *(\S+)/i;
const WEB_SOCKET_PATH = "ws";

/** Undefined while the head is not complete. Of most requests no more than the first line is read. */
export function readRequest(bytes: Buffer, begin: number): BackendRequest | undefined {
  const headEnds = bytes.indexOf(HEAD_END, begin, "latin1");
  if (headEnds < 0) return undefined;
  const end = headEnds + HEAD_END.length;
  const line = bytes.toString("latin1", begin, bytes.indexOf(CR, begin));
  const pathEnds = line.length - VERSION.length;
  const wanted = line.slice(line.lastIndexOf("/", pathEnds) + 1, pathEnds);
  const hasBody = line.startsWith("POST");
  if (!hasBody && wanted !== WEB_SOCKET_PATH && wanted !== HEAD_PATH) {
    return { wanted, bodyBytes: 0, webSocketKey: undefined, head: "", end };
  }
  const head = bytes.toString("latin1", begin, end);
  return {
    wanted,
    bodyBytes: hasBody ? Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0) : 0,
    webSocketKey: wanted === WEB_SOCKET_PATH ? WEB_SOCKET_KEY.exec(head)?.[1] : undefined,
    head: wanted === HEAD_PATH ? head : "",
    end,
  };
}
