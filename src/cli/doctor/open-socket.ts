import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import { socketUrl } from "../../protocol/handshake.ts";
import type { Reply } from "./ask.ts";

export interface SocketQuestion {
  /** Of the controller's API. */
  url: string;
  kind: "drone" | "proxy";
  key: string;
  signal: AbortSignal;
}

const PATIENCE_MS = 5_000;

/** Opens the socket of a drone or a proxy and hangs up, without a word: 101, or what was answered instead. */
export function openSocket({ url, kind, key, signal }: SocketQuestion): Promise<Reply> {
  const beganMs = performance.now();
  const socket = new WebSocket(socketUrl(url, kind), {
    headers: { authorization: `Bearer ${key}` },
    handshakeTimeout: PATIENCE_MS,
  });
  const hangUp = () => socket.terminate();
  signal.addEventListener("abort", hangUp, { once: true });
  return new Promise<Reply>((resolve) => {
    const answered = (status: number, body: unknown) =>
      resolve({
        kind: "answered",
        status,
        body,
        tookMs: performance.now() - beganMs,
        date: undefined,
      });
    socket.once("open", () => answered(101, undefined));
    socket.once("unexpected-response", (_request, response) => {
      void bodyOf(response).then((body) => answered(response.statusCode ?? 0, body));
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      resolve({ kind: "silent", why: error.code ?? error.message }),
    );
  }).finally(() => {
    signal.removeEventListener("abort", hangUp);
    // A late error, of hanging up in the middle of something, is nobody's business.
    socket.on("error", () => undefined);
    hangUp();
  });
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await text(response));
  } catch {
    return undefined;
  }
}
