import type { Socket } from "node:net";

/** Breaks a connection off as a crash would. Only TCP has a way to say so. */
export function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}
