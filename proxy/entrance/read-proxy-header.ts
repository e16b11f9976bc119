import type { Socket } from "node:net";
import { parseProxyHeader } from "./proxy-protocol.ts";

/** A front proxy sends its header with the connection itself; slower than this is none. */
export const PROXY_HEADER_TIMEOUT_MS = 5_000;

export interface ProxyHeaderHandlers {
  /** What came behind the header is still to be read from the socket. */
  onHeader(client: string | undefined): void;
  onRefused(problem: string): void;
}

/** Takes the PROXY header off a socket that nobody has read from. Calls one of the handlers, once. */
export function readProxyHeader(
  socket: Socket,
  { onHeader, onRefused }: ProxyHeaderHandlers,
  timeoutMs: number,
): void {
  const timer = setTimeout(() => refuse("no PROXY header in time"), timeoutMs);
  let bytes = Buffer.alloc(0);
  const stop = () => {
    clearTimeout(timer);
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.off("close", onEnd);
  };
  const refuse = (problem: string) => {
    stop();
    onRefused(problem);
  };
  const onEnd = () => refuse("closed before its PROXY header");
  const onReadable = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    bytes = Buffer.concat([bytes, chunk]);
    const header = parseProxyHeader(bytes);
    switch (header.kind) {
      case "incomplete":
        return;
      case "malformed":
        return refuse(header.problem);
      case "header":
        stop();
        if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length));
        return onHeader(header.client);
      default:
        header satisfies never;
    }
  };
  // Not "data": a stream that was paused by hand would not flow for the next reader by itself.
  socket.on("readable", onReadable);
  socket.once("end", onEnd);
  socket.once("close", onEnd);
}
