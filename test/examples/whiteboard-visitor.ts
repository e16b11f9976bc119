import { once } from "node:events";
import { WebSocket } from "ws";
import type { ClientMessage, ServerMessage } from "../../examples/whiteboard/wire.ts";
import { waitFor } from "../harness/wait-for.ts";

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A visitor of a whiteboard without a browser. */
export interface WhiteboardVisitor extends Disposable {
  readonly socket: WebSocket;
  readonly welcome: Of<"welcome">;
  send(message: ClientMessage): void;
  /** Takes the next message of that kind, which must come; others stay. */
  next<T extends ServerMessage["type"]>(type: T): Promise<Of<T>>;
  closeCode(): Promise<number>;
}

export async function visit(
  port: number,
  { name = "", username }: { name?: string; username?: string } = {},
): Promise<WhiteboardVisitor> {
  const url = `ws://127.0.0.1:${port}/live?name=${encodeURIComponent(name)}`;
  const headers = username === undefined ? {} : { "x-verified-username": username };
  const socket = new WebSocket(url, { headers });
  const received: ServerMessage[] = [];
  let closedWith: number | undefined;
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.on("close", (code) => {
    closedWith = code;
  });
  await once(socket, "open");
  const next = async <T extends ServerMessage["type"]>(type: T) => {
    const isWanted = (message: ServerMessage): message is Of<T> => message.type === type;
    const found = await waitFor(`a ${type}`, () => received.find(isWanted));
    received.splice(received.indexOf(found), 1);
    return found;
  };
  return {
    socket,
    welcome: await next("welcome"),
    send: (message) => socket.send(JSON.stringify(message)),
    next,
    closeCode: () => waitFor("the close", () => closedWith),
    [Symbol.dispose]: () => socket.terminate(),
  };
}
