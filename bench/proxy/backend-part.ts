import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serveOrders } from "../part.ts";
import { createBackend } from "./backend/server.ts";

export type BackendOrder = ["port"];

const server = createBackend();
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
await once(server, "listening");
serveOrders<BackendOrder, number>(async () => (server.address() as AddressInfo).port);
