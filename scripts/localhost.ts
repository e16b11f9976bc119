import type { LookupAddress, LookupOptions } from "node:dns";
import { request } from "node:http";
import type { LookupFunction } from "node:net";
import { WebSocket } from "ws";

const LOOPBACK: LookupAddress = { address: "127.0.0.1", family: 4 };

/** Browsers and curl know that every *.localhost is this machine; Node does not on every system. */
const lookupLocalhost: LookupFunction = (_host, options: LookupOptions, answer) => {
  if (options.all === true) answer(null, [LOOPBACK]);
  else answer(null, LOOPBACK.address, LOOPBACK.family);
};

export interface PageAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** GET as a client of a session would, with the session's own host name. */
export function getPage(url: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { lookup: lookupLocalhost, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(parts).toString(),
        }),
      );
    });
    asking.on("error", reject);
    asking.end();
  });
}

/** An open WebSocket to a session's URL. */
export async function openWebSocket(
  url: string,
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { lookup: lookupLocalhost, headers });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return socket;
}

/** Sends a message and waits for the same one to come back. */
export async function echoed(socket: WebSocket, message: string): Promise<boolean> {
  const answer = new Promise<string>((resolve, reject) => {
    socket.once("message", (data) => resolve(String(data)));
    socket.once("close", (code) => reject(new Error(`the socket was closed with ${code}`)));
  });
  socket.send(message);
  return (await answer) === message;
}
