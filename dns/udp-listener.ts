import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Log } from "../src/shared/log.ts";

type Respond = (message: Buffer) => Promise<Buffer | undefined>;

/** Datagrams in, datagrams out. */
export async function listenUdp(
  { log, respond }: { log: Log; respond: Respond },
  host: string,
  port: number,
): Promise<AsyncDisposable> {
  const socket: Socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  let closed = false;
  socket.on("message", (message, { address, port: peerPort }) => {
    void respond(message).then((answer) => {
      if (answer !== undefined && !closed) socket.send(answer, peerPort, address, () => undefined);
    });
  });
  socket.bind(port, host);
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on("error", (error) => log.warn({ err: error }, "datagram socket failed"));
  return {
    async [Symbol.asyncDispose]() {
      closed = true;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}
