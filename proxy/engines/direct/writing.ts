import type { Socket } from "node:net";

/** Up to here copying a body behind its head is cheaper than handing the kernel two pieces. */
export const SMALL_BYTES = 8_192;

/** A part of a buffer. */
export interface Piece {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Text is written one byte a character. Head, body and what ends it go to the kernel together. */
export function writeTogether(socket: Socket, head: string, piece?: Piece, tail = ""): void {
  const sizeBytes = piece === undefined ? 0 : piece.to - piece.from;
  if (piece === undefined || sizeBytes === 0) {
    socket.write(head + tail, "latin1");
  } else if (sizeBytes <= SMALL_BYTES) {
    socket.write(head + piece.bytes.toString("latin1", piece.from, piece.to) + tail, "latin1");
  } else {
    socket.cork();
    if (head !== "") socket.write(head, "latin1");
    socket.write(piece.bytes.subarray(piece.from, piece.to));
    if (tail !== "") socket.write(tail, "latin1");
    socket.uncork();
  }
}

/**
 * Whether its peer reads too slowly, so that "drain" will follow. To the stream alone a large chunk is
 * always too much, even one that the kernel has taken whole.
 */
export function isHeldBack(socket: Socket): boolean {
  return socket.writableLength > 0 && socket.writableNeedDrain;
}
