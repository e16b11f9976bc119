import type { SocketClose } from "./after-close.ts";
import type { PlatformSocket, ReceivedData, WebSocketClass } from "./platform-socket.ts";

export interface ConnectionSettings {
  url: string;
  protocols: readonly string[];
  binaryType: "arraybuffer" | "blob";
  /** Until it must be open. */
  timeoutMs: number;
  WebSocket: WebSocketClass;
}

export interface ConnectionEvents {
  onOpen(socket: PlatformSocket): void;
  onMessage(data: ReceivedData): void;
}

/** One WebSocket, from its dialling to its end. An abort closes it, waits for nothing and rejects. */
export function oneConnection(
  settings: ConnectionSettings,
  { onOpen, onMessage }: ConnectionEvents,
  signal: AbortSignal,
): Promise<SocketClose> {
  const { url, protocols, binaryType, timeoutMs, WebSocket } = settings;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = new WebSocket(url, [...protocols]);
    socket.binaryType = binaryType;
    let openedAtMs: number | undefined;
    let isOver = false;
    const end = () => {
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
    };
    const abandon = () => {
      end();
      const { code, reason } = closingOf(signal.reason);
      socket.close(code, reason);
      reject(signal.reason);
    };
    const timer = setTimeout(() => socket.close(), timeoutMs);
    signal.addEventListener("abort", abandon);
    socket.addEventListener("open", () => {
      if (isOver) return;
      clearTimeout(timer);
      openedAtMs = performance.now();
      onOpen(socket);
    });
    socket.addEventListener("message", ({ data }) => {
      if (!isOver) onMessage(data as ReceivedData);
    });
    // A close follows, with all there is to know.
    socket.addEventListener("error", () => undefined);
    socket.addEventListener("close", ({ code, reason }) => {
      if (isOver) return;
      end();
      const openMs = openedAtMs === undefined ? 0 : performance.now() - openedAtMs;
      resolve({ code, reason, wasOpen: openedAtMs !== undefined, openMs });
    });
  });
}

/** The reason of an abort that says how to close. */
export class Closing extends Error {
  override readonly name = "Closing";
  readonly code: number | undefined;
  readonly reason: string;

  constructor(code: number | undefined, reason: string) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }
}

function closingOf(reason: unknown): { code?: number; reason?: string } {
  if (!(reason instanceof Closing) || reason.code === undefined) return {};
  return { code: reason.code, reason: reason.reason };
}
