import type { Socket } from "node:net";

/** Up to here copying a body behind its head is cheaper than handing the kernel two pieces. */
const SMALL_BYTES = 8_192;

/** Text is written one byte a character. Head, body and what ends it go to the kernel together. */
export function writeTogether(socket: Socket, head: string, body?: Buffer, tail = ""): void {
  if (body === undefined || body.length <= SMALL_BYTES) {
    socket.write(head + (body?.toString("latin1") ?? "") + tail, "latin1");
    return;
  }
  socket.cork();
  if (head !== "") socket.write(head, "latin1");
  socket.write(body);
  if (tail !== "") socket.write(tail, "latin1");
  socket.uncork();
}

/**
 * Whether its peer reads too slowly, so that "drain" will follow. To the stream alone a large chunk is
 * always too much, even one that the kernel has taken whole.
 */
export function isHeldBack(socket: Socket): boolean {
  return socket.writableNeedDrain && socket.writableLength > 0;
}
