import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface AskedFor {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}

export type Answer = (response: ServerResponse, request: AskedFor) => void | Promise<void>;

export interface ScriptedApi extends AsyncDisposable {
  readonly url: string;
  /** Every request so far. */
  readonly asked: AskedFor[];
}

/**
 * A controller's API by script: "GET /v1/drones" → its answers, one a request; the last one is given
 * again and again. What is not in the script is a 404 as the controller gives it.
 */
export async function scriptedApi(
  script: Record<string, Answer | readonly Answer[]>,
): Promise<ScriptedApi> {
  const asked: AskedFor[] = [];
  const given = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const body = method === "POST" ? await json(request).catch(() => undefined) : undefined;
    asked.push({ method, path, headers, body });
    const route = `${method} ${path.split("?")[0]}`;
    const answers = [script[route] ?? refuse(404, "not-found", `no such thing: ${path}`)].flat();
    const turn = given.get(route) ?? 0;
    given.set(route, turn + 1);
    await answers[Math.min(turn, answers.length - 1)]?.(response, { method, path, headers, body });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function answer(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

export function refuse(
  status: number,
  code: string,
  message: string,
  extra: { details?: unknown; headers?: Record<string, string> } = {},
): Answer {
  const { details, headers } = extra;
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error: { id: "err1", code, message, details } }));
  };
}

/** Breaks the connection, unanswered. */
export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};

export interface ScriptedEvent {
  id?: string;
  event?: string;
  data: unknown;
}

/** A stream of server-sent events that then ends, breaks, or stays open. */
export function events(list: readonly ScriptedEvent[], then: "end" | "break" | "stay"): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (const event of list) response.write(eventText(event));
    if (then === "end") response.end();
    // Not before what was written is out, else the reader would never see it.
    if (then === "break") response.write(": last words\n\n", () => response.socket?.destroy());
  };
}

export function eventText({ id, event, data }: ScriptedEvent): string {
  const names = { ...(event && { event }), ...(id && { id }) };
  const lines = Object.entries(names).map(([field, name]) => `${field}: ${name}\n`);
  return `${lines.join("")}data: ${JSON.stringify(data)}\n\n`;
}
