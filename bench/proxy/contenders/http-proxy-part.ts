import { Agent, createServer } from "node:http";
import { createProxyServer } from "http-proxy";

// The library as its users run it for speed: connections to the backend are kept.
const [port, backendPort] = process.argv.slice(2).map(Number);
const proxy = createProxyServer({
  target: { host: "127.0.0.1", port: backendPort as number },
  agent: new Agent({ keepAlive: true }),
  xfwd: true,
});
proxy.on("error", () => undefined);
const server = createServer((request, response) => proxy.web(request, response));
server.on("upgrade", (request, socket, head) => proxy.ws(request, socket, head));
server.listen({ port, host: "127.0.0.1", backlog: 4_096 });
