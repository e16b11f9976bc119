import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Log } from "../src/shared/log.ts";

type Respond = (message: Buffer) => Promise<Buffer | undefined>;

const MAX_CONNECTIONS = 256;
/** However busy it is: nobody has so much to ask. */
const LIFE_MS = 30_000;
const LENGTH_BYTES = 2;

export interface TcpListener extends AsyncDisposable {
  readonly port: number;
}

/** Messages with their length before them, answered in the order they came. */
export async function listenTcp(
  { log, respond }: { log: Log; respond: Respond },
  host: string,
  port: number,
): Promise<TcpListener> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    const late = setTimeout(() => socket.destroy(new Error("it has lasted too long")), LIFE_MS);
    socket.once("close", () => {
      clearTimeout(late);
      open.delete(socket);
    });
    serve(socket, respond).catch((error: unknown) => {
      log.debug({ err: error }, "connection failed");
      socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function serve(socket: Socket, respond: Respond): Promise<void> {
  let heard: Buffer = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    heard = Buffer.concat([heard, chunk]);
    for (let end = endOfMessage(heard); end !== undefined; end = endOfMessage(heard)) {
      const answer = await respond(heard.subarray(LENGTH_BYTES, end));
      heard = heard.subarray(end);
      if (answer === undefined) throw new Error("what came is no question");
      await send(socket, answer);
    }
  }
  socket.end();
}

function endOfMessage(heard: Buffer): number | undefined {
  if (heard.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + heard.readUInt16BE(0);
  return heard.length < end ? undefined : end;
}

async function send(socket: Socket, answer: Buffer): Promise<void> {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(answer.length);
  if (!socket.write(Buffer.concat([length, answer]))) await once(socket, "drain");
}
