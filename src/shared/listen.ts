import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** Resolves with the port once the server listens; the error of one that cannot says where. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "EADDRINUSE" ? "the port is in use" : String(cause);
    throw new Error(`cannot listen on ${host}:${port}: ${why}`, { cause });
  }
  return (server.address() as AddressInfo).port;
}
