import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { MessageBudget } from "./message-budget.ts";
import { servePage } from "./page-files.ts";
import { type Member, Room } from "./room.ts";
import { namesOf, type VisitorNames } from "./visitor-name.ts";
import { LIMITS, parseClientMessage } from "./wire.ts";

const MAX_VISITORS = 64;
const MESSAGES_PER_SECOND = 200;
const MESSAGES_AT_ONCE = 600;
/** A visitor that reads no faster is cut off: nobody else's board may wait for it in memory. */
const MAX_UNREAD_BYTES = 4 * 1_048_576;
const CURSOR_INTERVAL_MS = 40;
const PING_INTERVAL_MS = 30_000;
const CLOSE_TIMEOUT_MS = 1_000;

const CLOSE = { goingAway: 1001, refused: 1008, full: 1013 } as const;

export interface WhiteboardConfig {
  port: number;
  host?: string;
  backendId: string;
  key: string;
  /** What the page loads: as it is, and compiled. */
  publicDir: string;
  scriptDir: string;
}

export interface Whiteboard extends AsyncDisposable {
  readonly port: number;
}

export async function startWhiteboard(config: WhiteboardConfig): Promise<Whiteboard> {
  const { backendId, key, publicDir, scriptDir } = config;
  const startedAtMs = performance.now();
  const room = new Room(() => ({ backendId, key, ageMs: performance.now() - startedAtMs }));
  const server = createServer(servePage(publicDir, scriptDir));
  const sockets = new WebSocketServer({ server, path: "/live", maxPayload: LIMITS.messageBytes });
  sockets.on("connection", (socket, request) => {
    if (room.visitorCount >= MAX_VISITORS) return socket.close(CLOSE.full, "the board is full");
    serveVisitor(room, socket, namesOf(request));
  });
  const timers = [
    setInterval(() => room.flushCursors(), CURSOR_INTERVAL_MS),
    pingAll(sockets.clients),
  ];
  server.listen(config.port, config.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      const closed = once(server, "close");
      server.close();
      await closeAll(sockets.clients);
      server.closeAllConnections();
      await closed;
    },
  };
}

function serveVisitor(room: Room, socket: WebSocket, names: VisitorNames): void {
  const member = room.join(
    {
      send(text) {
        if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
        else socket.send(text);
      },
    },
    names,
  );
  const budget = new MessageBudget(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE, performance.now());
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!accept(member, budget, data, isBinary)) {
      member.leave();
      socket.close(CLOSE.refused, "not what the whiteboard's page sends");
    }
  });
  // ws closes the socket by itself, with the fitting code, and tells the reason here.
  socket.on("error", () => member.leave());
  socket.on("close", () => member.leave());
}

function accept(member: Member, budget: MessageBudget, data: RawData, isBinary: boolean): boolean {
  if (isBinary || !budget.spend(performance.now())) return false;
  const message = parseClientMessage(String(data));
  return message !== undefined && member.receive(message);
}

/** Finds visitors whose network has gone without a word. */
function pingAll(clients: ReadonlySet<WebSocket>): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const socket of clients) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once("pong", () => silent.delete(socket));
      socket.ping();
    }
  }, PING_INTERVAL_MS);
}

async function closeAll(clients: ReadonlySet<WebSocket>): Promise<void> {
  const open = [...clients];
  const all = Promise.all(open.map((socket) => new Promise((done) => socket.once("close", done))));
  for (const socket of open) socket.close(CLOSE.goingAway, "the session is ending");
  const timeout = setTimeout(() => {
    for (const socket of open) socket.terminate();
  }, CLOSE_TIMEOUT_MS);
  await all;
  clearTimeout(timeout);
}
