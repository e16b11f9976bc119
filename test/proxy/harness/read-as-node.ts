import { createServer, type IncomingMessage, request } from "node:http";
import { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";

/** A message as its reader understood it. */
export interface ReadMessage {
  first: string;
  headers: string[];
  body: string;
  trailers: string[];
}

const MAX_TURNS = 50;

/** How Node's server reads a connection's bytes: all requests that it holds to be whole. */
export async function requestsAsNode(bytes: Buffer): Promise<ReadMessage[]> {
  const whole: ReadMessage[] = [];
  const server = createServer({ maxHeaderSize: 65_536, requireHostHeader: false });
  const take = (message: IncomingMessage) => {
    const { method, url, httpVersion } = message;
    collect(message, `${method} ${url} ${httpVersion}`, whole);
  };
  server.on("request", (message, response) => {
    take(message);
    message.once("end", () => response.end());
  });
  server.on("checkContinue", (message, response) => {
    take(message);
    message.once("end", () => response.end());
  });
  server.on("upgrade", (message) => {
    const { method, url, httpVersion } = message;
    whole.push({ first: `${method} ${url} ${httpVersion}`, ...emptyBody(message) });
  });
  let isOver = false;
  server.on("clientError", () => {
    isOver = true;
  });
  const socket = deafSocket();
  server.emit("connection", socket);
  socket.push(bytes);
  for (let turns = 0; turns < MAX_TURNS && !isOver; turns += 1) await turn();
  socket.destroy();
  return whole;
}

/** How Node's client reads an answer; undefined if it refuses it or holds it not to be whole. */
export async function answerAsNode(
  bytes: Buffer,
  method: string,
): Promise<ReadMessage | undefined> {
  const whole: ReadMessage[] = [];
  const socket = deafSocket();
  const asked = request({ method, createConnection: () => socket, maxHeaderSize: 65_536 });
  asked.on("error", () => undefined);
  asked.on("response", (message) => {
    const { statusCode, statusMessage, httpVersion } = message;
    collect(message, `${httpVersion} ${statusCode} ${statusMessage}`, whole);
    message.on("error", () => undefined);
  });
  asked.end();
  await turn();
  socket.push(bytes);
  socket.push(null);
  for (let turns = 0; turns < MAX_TURNS && whole.length === 0; turns += 1) await turn();
  socket.destroy();
  return whole[0];
}

function collect(message: IncomingMessage, first: string, whole: ReadMessage[]): void {
  let body = "";
  message.on("data", (chunk: Buffer) => {
    body += chunk.toString("latin1");
  });
  message.once("end", () => {
    if (!message.complete) return;
    whole.push({ first, headers: message.rawHeaders, body, trailers: message.rawTrailers });
  });
}

function emptyBody({ rawHeaders }: IncomingMessage) {
  return { headers: rawHeaders, body: "", trailers: [] };
}

/** The other end hears nothing. */
function deafSocket(): Duplex & import("node:net").Socket {
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  socket.on("error", () => undefined);
  return Object.assign(socket, {
    setTimeout: () => socket,
    setNoDelay: () => socket,
    setKeepAlive: () => socket,
    ref: () => socket,
    unref: () => socket,
    destroySoon: () => socket.destroy(),
  }) as unknown as Duplex & import("node:net").Socket;
}
