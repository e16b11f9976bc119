import { useCallback, useEffect, useRef } from "react";
import { useSharedSocket } from "./web-socket-provider.ts";

/** Sends an event; false: it was dropped. */
export type Send<Data> = (event: string, data: Data) => boolean;

/**
 * Sends events over the WebSocket of the WebSocketProvider around. Until it is open they are kept, as they
 * were when they were sent. The function stays the same from one rendering to the next.
 */
export function useSend<Data = unknown>(): Send<Data> {
  const { socket, codec } = useSharedSocket();
  return useCallback((event, data) => socket.send(codec.encode(event, data)), [socket, codec]);
}

/** Hears of one kind of event while the component is mounted. The listener may be another at each rendering. */
export function useEventListener<Data = unknown>(
  event: string,
  listener: (data: Data) => void,
): void {
  const { socket, codec } = useSharedSocket();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      socket.on("message", (message) => {
        const decoded = codec.decode(message);
        if (decoded?.event === event) latest.current(decoded.data as Data);
      }),
    [socket, codec, event],
  );
}
