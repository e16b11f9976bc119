import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { tempDir } from "../../../harness/temp-dir.ts";

const DOCKER_SOCKET = "/var/run/docker.sock";

/** A socket in front of the Engine's, at which the Engine can be made to go away, hang and come back. */
export interface CuttableSocket extends AsyncDisposable {
  readonly path: string;
  /** The first line of each request, and its header block. */
  readonly requests: string[];
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** From now on requests arrive nowhere, and nothing is answered. */
  hang(): void;
}

export async function openCuttableSocket(): Promise<CuttableSocket> {
  const dir = await tempDir();
  const path = join(dir.path, "docker.sock");
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let hanging = false;
  let server: Server | undefined;

  function pipe(client: Socket): void {
    const engine = connect(DOCKER_SOCKET);
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("close", () => engine.destroy());
    engine.on("close", () => client.destroy());
    client.on("data", (data) => {
      requests.push(...headsOf(data.toString("latin1")));
      if (!hanging) engine.write(data);
    });
    engine.on("data", (data) => client.write(data));
  }

  async function restore(): Promise<void> {
    server = createServer(pipe).listen(path);
    await once(server, "listening");
  }

  async function cut(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    closing.close();
    await once(closing, "close");
  }

  await restore();
  return {
    path,
    requests,
    cut,
    restore,
    hang() {
      hanging = true;
    },
    async [Symbol.asyncDispose]() {
      await cut();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function headsOf(text: string): string[] {
  return text.match(/^(GET|POST|DELETE|HEAD|PUT) [\s\S]*?\r\n\r\n/) ?? [];
}
