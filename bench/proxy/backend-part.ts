import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { serveOrders } from "../part.ts";
import { BackendConnection } from "./backend/connection.ts";

export type BackendPart = ["port"];

const server = createServer({ noDelay: true }, (socket) => new BackendConnection(socket));
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
await once(server, "listening");
serveOrders<BackendPart, number>(async () => (server.address() as AddressInfo).port);
