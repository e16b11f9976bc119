import type { Socket } from "node:net";

/** For a client to hear the goodbye, and to close. */
export const GOODBYE_MS = 1_000;
/** What a side that has hung up may still be owed by the other. */
export const LINGER_MS = 10_000;

/** Resolves when both of a tunnel's sockets have closed. */
export async function bothClosed(client: Socket, backend: Socket): Promise<void> {
  await Promise.all([client, backend].map(closeOf));
}

function closeOf(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
