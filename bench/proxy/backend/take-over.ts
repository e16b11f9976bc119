import { Socket, type SocketConstructorOpts } from "node:net";

/** All connections read into it: what is in it is dealt with before the next one reads. */
const BUFFER = Buffer.allocUnsafe(256 * 1_024);

/**
 * An accepted connection, paused so far, that from now on reads into one buffer. A client gets that by
 * `onread`; for a server's sockets Node has no such option and allocates 64 KB for each read.
 */
export function takeOver(accepted: Socket, receive: (chunk: Buffer) => void): Socket {
  const owner = accepted as unknown as { _handle: unknown };
  const callback = (bytes: number) => {
    receive(BUFFER.subarray(0, bytes));
    return true;
  };
  const options = { handle: owner._handle, onread: { buffer: BUFFER, callback } };
  owner._handle = null;
  return new Socket(options as SocketConstructorOpts);
}
