import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";

/** A socket in front of Docker's that a test can cut, as if the Engine had gone away. */
export class CuttableDocker implements AsyncDisposable {
  readonly path: string;
  readonly #open = new Set<Socket>();
  readonly #dir: TempDir;
  #server: Server | undefined;

  private constructor(dir: TempDir) {
    this.#dir = dir;
    this.path = join(dir.path, "docker.sock");
  }

  static async start(): Promise<CuttableDocker> {
    const docker = new CuttableDocker(await tempDir());
    await docker.mend();
    return docker;
  }

  async mend(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: "/var/run/docker.sock", allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#open.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => this.#open.delete(socket));
      }
      client.pipe(engine).pipe(client);
    });
    this.#server = server.listen(this.path);
    await once(server, "listening");
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    for (const socket of this.#open) socket.destroy();
    await once(server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
    await this.#dir[Symbol.asyncDispose]();
  }
}
