import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";
import type { SocketData } from "../browser/platform-socket.ts";
import type { ReconnectingSocket, SocketOptions } from "../browser/reconnecting-socket.ts";
import type { SessionBackend } from "../browser/session-backend.ts";
import type { SocketState } from "../browser/socket-state.ts";
import { SessionBackendContext, useSessionBackend } from "./session-backend-provider.ts";
import { jsonEvents, type SocketCodec } from "./socket-codec.ts";

interface SharedSocket {
  socket: ReconnectingSocket;
  codec: SocketCodec;
}

const WebSocketContext = createContext<SharedSocket | null>(null);

/** Sends of a page that has not connected yet are kept, up to this many. */
const QUEUE = 1_000;

export interface WebSocketProviderProps {
  /** Below the backend's own URL. Default: "/". */
  path?: string | undefined;
  /** As they are at the first rendering, `queue` being 1,000 by default. */
  options?: Omit<SocketOptions, "open"> | undefined;
  /** What the messages look like. Default: `{"event": …, "data": …}` in JSON. */
  codec?: SocketCodec | undefined;
  children?: ReactNode;
}

/**
 * One WebSocket to the backend of the SessionBackendProvider around, shared by all hooks below it. If its `reconnect`
 * gives another backend, that is the one that hooks below it tell of.
 */
export function WebSocketProvider(props: WebSocketProviderProps): ReactNode {
  const { path = "/", options, codec = jsonEvents, children } = props;
  const backend = useSessionBackend();
  // biome-ignore lint/correctness/useExhaustiveDependencies: options are mostly written in place, and new each time.
  const socket = useMemo(
    () => backend.webSocket(path, { queue: QUEUE, ...options, open: false }),
    [backend, path],
  );
  useEffect(() => {
    socket.open();
    // Not closed for good: in StrictMode all effects run again, and those below, which may send, run first.
    return () => socket.reset();
  }, [socket]);
  const shared = useMemo(() => ({ socket, codec }), [socket, codec]);
  const inner = createElement(WebSocketContext.Provider, { value: shared }, children);
  return createElement(SessionBackendContext.Provider, { value: useBackendOf(socket) }, inner);
}

function useBackendOf(socket: ReconnectingSocket): SessionBackend {
  const get = () => socket.backend;
  const subscribe = useCallback((onChange: () => void) => socket.on("backend", onChange), [socket]);
  return useSyncExternalStore(subscribe, get, get);
}

export function useSharedSocket(): SharedSocket {
  const shared = useContext(WebSocketContext);
  if (shared !== null) return shared;
  throw new Error("there is no WebSocketProvider around this component");
}

export interface WebSocketHandle {
  state: SocketState;
  isOpen: boolean;
  /** As it is, without a codec. @see ReconnectingSocket.send */
  send(data: SocketData): boolean;
  /** For what has no hook: its events, and `open()` to begin again after a stop. */
  socket: ReconnectingSocket;
}

const IDLE: SocketState = { kind: "idle" };

/** The WebSocket of the WebSocketProvider around, and where it stands. */
export function useWebSocket(): WebSocketHandle {
  const { socket } = useSharedSocket();
  const state = useSyncExternalStore(
    useMemo(() => (onChange: () => void) => socket.on("state", onChange), [socket]),
    () => socket.state,
    () => IDLE,
  );
  return useMemo(
    () => ({
      state,
      isOpen: state.kind === "open",
      send: (data: SocketData) => socket.send(data),
      socket,
    }),
    [socket, state],
  );
}
