/** `hangar/browser`: one backend as a page sees it, and a WebSocket to it that connects again. */
export { type BrowserSession, forBrowser } from "../client/browser-session.ts";
export { HangarError, type HangarErrorCode, isHangarError } from "../client/hangar-error.ts";
export type { PublicStatus } from "../protocol/backend.ts";
export type { SocketClose } from "./after-close.ts";
export type { Unsubscribe } from "./listeners.ts";
export type { ReceivedData, SocketData, WebSocketClass } from "./platform-socket.ts";
export {
  ReconnectingSocket,
  type SocketEvents,
  type SocketOptions,
} from "./reconnecting-socket.ts";
export { SessionBackend, type SessionBackendOptions } from "./session-backend.ts";
export type { SocketState, SocketStop } from "./socket-state.ts";
