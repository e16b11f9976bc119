"use client";

/** `hangar/react`: hooks over `hangar/browser`. */
export {
  SessionBackendContext,
  SessionBackendProvider,
  type SessionBackendProviderProps,
  useSessionBackend,
} from "./session-backend-provider.ts";
export { jsonEvents, type SocketCodec, type SocketMessage } from "./socket-codec.ts";
export { type Send, useEventListener, useSend } from "./use-events.ts";
export { useReady, useStatus } from "./use-status.ts";
export {
  useWebSocket,
  type WebSocketHandle,
  WebSocketProvider,
  type WebSocketProviderProps,
} from "./web-socket-provider.ts";
