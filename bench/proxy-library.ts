import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createProxyServer } from "http-proxy";
import type { PartHello } from "./proxy-part.ts";

// The library as its users run it for speed: connections to the backend are kept.
const { port } = JSON.parse(process.argv[2] ?? "{}") as PartHello;
const proxy = createProxyServer({
  target: { host: "127.0.0.1", port },
  agent: new Agent({ keepAlive: true }),
});
proxy.on("error", () => undefined);
const server = createServer((request, response) => proxy.web(request, response));
server.on("upgrade", (request, socket, head) => proxy.ws(request, socket, head));
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.({ port: (server.address() as AddressInfo).port } satisfies PartHello);
