import type { Socket } from "node:net";

/**
 * Below here a string costs less than a buffer, as Node needs no memory for its bytes; and less than a
 * stream calls a lot, so it can wait for the end of the turn.
 */
const SMALL_BYTES = 16_384;
/** From here on a copy costs more than handing the kernel several pieces. */
const LARGE_BYTES = 131_072;

/** A part of a buffer. */
export interface Piece {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/**
 * Text is written one byte a character. Head, body and what ends it go to the kernel together. What is
 * only lent is no larger than one read, and so is copied.
 */
export function writeTogether(socket: Socket, head: string, piece?: Piece, tail = ""): void {
  const sizeBytes = piece === undefined ? 0 : piece.to - piece.from;
  if (head.length + sizeBytes + tail.length < SMALL_BYTES) {
    holdUntilEndOfTurn(socket);
    const body = piece === undefined ? "" : piece.bytes.toString("latin1", piece.from, piece.to);
    socket.write(head + body + tail, "latin1");
    return;
  }
  socket.uncork();
  if (piece === undefined) {
    socket.write(head + tail, "latin1");
  } else if (sizeBytes <= LARGE_BYTES) {
    socket.write(joined(head, piece, tail));
  } else {
    socket.cork();
    if (head !== "") socket.write(head, "latin1");
    socket.write(piece.bytes.subarray(piece.from, piece.to));
    if (tail !== "") socket.write(tail, "latin1");
    socket.uncork();
  }
}

const held: Socket[] = [];

/**
 * What is written in one turn of the event loop goes out at its end. Who reads it at the other ends is
 * then woken up once for many writes, and not for each, which costs more than the write itself.
 */
function holdUntilEndOfTurn(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (held.push(socket) === 1) setImmediate(letGo);
}

function letGo(): void {
  for (const socket of held) socket.uncork();
  held.length = 0;
}

/** Closes it at once. What waits for the end of the turn is not to be lost by that. */
export function breakOff(socket: Socket): void {
  socket.uncork();
  socket.destroy();
}

function joined(head: string, { bytes, from, to }: Piece, tail: string): Buffer {
  const sizeBytes = to - from;
  const all = Buffer.allocUnsafe(head.length + sizeBytes + tail.length);
  all.write(head, 0, "latin1");
  bytes.copy(all, head.length, from, to);
  if (tail !== "") all.write(tail, head.length + sizeBytes, "latin1");
  return all;
}

/**
 * Whether its peer reads too slowly, so that "drain" will follow. To the stream alone a large chunk is
 * always too much, even one that the kernel has taken whole.
 */
export function isHeldBack(socket: Socket): boolean {
  return socket.writableLength > 0 && socket.writableNeedDrain;
}
