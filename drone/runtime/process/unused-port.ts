import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A free port of loopback, and none of those that were given away before and may not be in use yet. */
export async function unusedPort(given: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    if (!given.has(port)) return port;
  }
}
