import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** What becomes of one dialling: a socket to go on with, or an HTTP refusal. */
export type OnDial = ((socket: WebSocket) => void) | { refuse: number };

export interface ScriptedSockets extends AsyncDisposable {
  readonly url: string;
  /** The path of every dialling so far. */
  readonly dialled: string[];
  /** What came in, as text. */
  readonly received: string[];
  /** What plain requests are answered from now on; at first 404 without a body of ours. */
  answerHttp(status: number, body: unknown): void;
}

/** A backend behind a proxy, by script: one entry a dialling, the last one for all that follow. */
export async function scriptedSockets(...script: readonly OnDial[]): Promise<ScriptedSockets> {
  const [dialled, received]: [string[], string[]] = [[], []];
  let plain: { status: number; body: unknown } = { status: 404, body: "no page" };
  const server = createServer((_request, response) => {
    response.writeHead(plain.status).end(JSON.stringify(plain.body));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const onDial = script[Math.min(dialled.length, script.length - 1)];
    dialled.push(request.url ?? "");
    if (typeof onDial !== "function") {
      socket.end(`HTTP/1.1 ${onDial?.refuse} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on("message", (data) => received.push(String(data)));
      onDial(accepted);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dialled,
    received,
    answerHttp(status, body) {
      plain = { status, body };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const stay = () => undefined;
export const closeWith = (code: number, reason: string) => (socket: WebSocket) =>
  socket.close(code, reason);
