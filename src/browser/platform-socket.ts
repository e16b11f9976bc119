/** What can be sent. */
export type SocketData = string | ArrayBuffer | Uint8Array | Blob;

/** What comes in: text as a string; bytes as an ArrayBuffer, or as a Blob if that was asked for. */
export type ReceivedData = string | ArrayBuffer | Blob;

/** As much of a WebSocket as is needed: browsers, Deno, Bun, Node 22 and the package `ws` have it. */
export interface PlatformSocket {
  binaryType: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { code: number; reason: string }) => void,
  ): void;
}

export type WebSocketClass = new (url: string, protocols?: string[]) => PlatformSocket;

export function platformWebSocket(): WebSocketClass {
  const { WebSocket } = globalThis as unknown as { WebSocket?: WebSocketClass };
  if (WebSocket !== undefined) return WebSocket;
  throw new Error("this platform has no WebSocket: give one in the options");
}
