import type { ReceivedData, SocketData } from "../browser/platform-socket.ts";

export interface SocketMessage {
  event: string;
  data: unknown;
}

/** How events become messages, and messages events. */
export interface SocketCodec {
  encode(event: string, data: unknown): SocketData;
  /** Undefined: it is no event, and nobody is told. */
  decode(message: ReceivedData): SocketMessage | undefined;
}

/** `{"event": "moved", "data": {"x": 1}}`. */
export const jsonEvents: SocketCodec = {
  encode: (event, data) => JSON.stringify({ event, data }),
  decode(message) {
    if (typeof message !== "string") return undefined;
    try {
      const { event, data } = JSON.parse(message) ?? {};
      return typeof event === "string" ? { event, data } : undefined;
    } catch {
      return undefined;
    }
  },
};
