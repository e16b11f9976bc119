import { Socket } from "node:net";

const READ_BUFFER_BYTES = 65_536;

/** All connections read into it, in turn: a buffer for each read costs more than a copy of what is kept. */
export const READ_BUFFER = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** Bytes that stay what they are: a copy of those that are only lent. */
export function kept(bytes: Buffer): Buffer {
  return bytes.buffer === READ_BUFFER.buffer ? Buffer.from(bytes) : bytes;
}

/** Who gets a socket's bytes. They may be another connection's after the call. */
export interface Reader {
  onBytes(bytes: Buffer): void;
}

/** Gives all that comes on a socket from now on to a reader. */
export function readFrom(socket: Socket, reader: Reader): void {
  if (!lend(socket, reader)) socket.on("data", (bytes: Buffer) => reader.onBytes(bytes));
}

type Internals = Record<symbol, unknown> & { _handle?: { useUserBuffer?(buffer: Buffer): void } };

/** Where this Node keeps what the `onread` of a new socket says; undefined if not as it used to. */
const ONREAD = onreadSymbols();

/**
 * Node lets only sockets that dial out read into a buffer of the program's own, by `onread`. A server's
 * are of the same class, and get here what that option would have given them. Where that cannot be
 * done, they read as they always do: a fifth slower, and otherwise the same.
 */
function lend(socket: Socket, reader: Reader): boolean {
  const internals = socket as unknown as Internals;
  const isFresh = Object.getPrototypeOf(socket) === Socket.prototype && socket.readableLength === 0;
  const handle = internals._handle;
  if (ONREAD === undefined || !isFresh || typeof handle?.useUserBuffer !== "function") return false;
  internals[ONREAD.buffer] = READ_BUFFER;
  internals[ONREAD.callback] = (sizeBytes: number) => {
    reader.onBytes(READ_BUFFER.subarray(0, sizeBytes));
    return true;
  };
  handle.useUserBuffer(READ_BUFFER);
  socket.resume();
  return true;
}

function onreadSymbols(): { buffer: symbol; callback: symbol } | undefined {
  const callback = () => true;
  const options: object = { onread: { buffer: READ_BUFFER, callback } };
  const example = new Socket(options);
  const symbolOf = (value: unknown) =>
    Object.getOwnPropertySymbols(example).find(
      (symbol) => (example as unknown as Internals)[symbol] === value,
    );
  const [buffer, onread] = [symbolOf(READ_BUFFER), symbolOf(callback)];
  example.destroy();
  return buffer && onread && { buffer, callback: onread };
}
