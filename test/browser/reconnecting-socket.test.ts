import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { ReconnectingSocket, SocketOptions } from "../../src/browser/reconnecting-socket.ts";
import { SessionBackend } from "../../src/browser/session-backend.ts";
import type { SocketState, SocketStop } from "../../src/browser/socket-state.ts";
import { pauseUntilWoken } from "../../src/browser/wake.ts";
import type { BrowserSession } from "../../src/client/browser-session.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import { waitFor } from "../harness/wait-for.ts";
import { closeWith, scriptedSockets, stay } from "./scripted-sockets.ts";

/** The status that a page is told, as a test says it. */
function statusFeed() {
  const encoder = new TextEncoder();
  const feeds = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const fetch = async (input: unknown, init?: RequestInit) => {
    if (!String(input).endsWith("/stream")) return await globalThis.fetch(String(input), init);
    const body = new ReadableStream<Uint8Array>({ start: (feed) => void feeds.add(feed) });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const tell = (status: Status) => {
    const data = JSON.stringify({ status, time: 1 });
    for (const feed of feeds) feed.enqueue(encoder.encode(`id: ${status}\ndata: ${data}\n\n`));
  };
  return { fetch, tell };
}

interface Opened {
  socket: ReconnectingSocket;
  states: SocketState["kind"][];
  messages: unknown[];
  tell(status: Status): void;
  stopped: Promise<SocketStop>;
}

function sessionAt(url: string, token = "hct_1", status: Status = "ready"): BrowserSession {
  return { backend_id: "b1", url: `${url}/${token}/`, status_url: "http://api/status", status };
}

function open(session: BrowserSession, options: SocketOptions = {}): Opened {
  const { fetch, tell } = statusFeed();
  const backend = new SessionBackend(session, { fetch });
  const socket = backend.webSocket("live?x=1", { WebSocket, longestPauseMs: 20, ...options });
  onTestFinished(() => {
    socket.close();
    backend.destroy();
  });
  const [states, messages]: [SocketState["kind"][], unknown[]] = [[], []];
  socket.on("state", ({ kind }) => states.push(kind));
  socket.on("message", (message) => messages.push(message));
  const stopped = new Promise<SocketStop>((resolve) => socket.on("stop", resolve));
  return { socket, states, messages, tell, stopped };
}

const isOpen = (socket: ReconnectingSocket) =>
  waitFor("an open socket", () => socket.state.kind === "open");

test("text and bytes go both ways, below the backend's URL", async () => {
  await using server = await scriptedSockets((peer) => {
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
  });
  const { socket, messages } = open(sessionAt(server.url));
  await isOpen(socket);
  expect(socket.send("hello")).toBe(true);
  expect(socket.send(new Uint8Array([1, 2]))).toBe(true);
  await waitFor("the echoes", () => messages.length === 2);
  expect(messages).toEqual(["hello", new Uint8Array([1, 2]).buffer]);
  expect(server.dialled).toEqual(["/hct_1/live?x=1"]);
});

test("it waits for the backend to be ready", async () => {
  await using server = await scriptedSockets(stay);
  const { socket, states, tell } = open(sessionAt(server.url, "hct_1", "loading"));
  await waitFor("the feed", () => {
    tell("waiting");
    return socket.backend.latestStatus?.status === "waiting";
  });
  expect(socket.state.kind).toBe("waiting");
  expect(server.dialled).toEqual([]);
  tell("ready");
  await isOpen(socket);
  expect(states).toEqual(["connecting", "open"]);
});

test("what is lost is connected again, and listeners stay", async () => {
  await using server = await scriptedSockets(
    (peer) => peer.terminate(),
    closeWith(1011, "oops"),
    { refuse: 502 },
    (peer) => peer.send("back"),
  );
  const { socket, messages } = open(sessionAt(server.url));
  const closes: string[] = [];
  socket.on("close", ({ code, wasOpen, reason }) => closes.push(`${code} ${wasOpen} ${reason}`));
  await waitFor("the message", () => messages.length === 1);
  expect(messages).toEqual(["back"]);
  expect(closes).toEqual(["1006 true ", "1011 true oops", "1006 false "]);
});

test.each([
  [1000, "thanks", "completed"],
  [1008, "token revoked", "refused"],
  [4003, "banned", "refused"],
] as const)("after code %i (%s) it stops and says why", async (code, reason, because) => {
  await using server = await scriptedSockets(closeWith(code, reason));
  const { socket, stopped } = open(sessionAt(server.url));
  expect(await stopped).toEqual({ because, message: reason, code });
  expect(socket.state.kind).toBe("stopped");
  expect(socket.send("x")).toBe(false);
  expect(server.dialled).toHaveLength(1);
});

test("an app can overrule what a close code means", async () => {
  await using server = await scriptedSockets(closeWith(4000, "again"), closeWith(1011, "no more"));
  const { stopped } = open(sessionAt(server.url), {
    shouldReconnect: ({ code }) => (code === 4000 ? true : code === 1011 ? false : undefined),
  });
  expect(await stopped).toMatchObject({ because: "refused", code: 1011 });
  expect(server.dialled).toHaveLength(2);
});

test.each([
  [403, "forbidden", "refused"],
  [410, "backend-ended", "ended"],
])("a proxy that answers %i %s is asked no more: %s", async (status, code, because) => {
  await using server = await scriptedSockets({ refuse: status });
  server.answerHttp(status, { error: { id: "e1", code, message: "no more" } });
  const { stopped } = open(sessionAt(server.url));
  expect(await stopped).toEqual({ because, message: "no more" });
  expect(server.dialled).toHaveLength(1);
});

test("a backend's own refusal of a plain request is no reason to stop", async () => {
  await using server = await scriptedSockets({ refuse: 500 }, { refuse: 500 }, stay);
  server.answerHttp(403, { error: { message: "sign in" } });
  await isOpen(open(sessionAt(server.url)).socket);
});

test("a loss of a backend that has ended is not connected again", async () => {
  const peers: WebSocket[] = [];
  await using server = await scriptedSockets((peer) => void peers.push(peer));
  const { socket, tell, stopped } = open(sessionAt(server.url));
  await isOpen(socket);
  tell("terminating");
  await waitFor("the news", () => socket.backend.isEnding());
  peers[0]?.terminate();
  expect(await stopped).toMatchObject({ because: "ended" });
  expect(server.dialled).toHaveLength(1);
});

test("the app's server gives another backend once this one has ended", async () => {
  await using first = await scriptedSockets({ refuse: 410 });
  first.answerHttp(410, { error: { id: "e1", code: "backend-ended", message: "ended" } });
  await using second = await scriptedSockets((peer) => peer.send("new"));
  const given = [
    () => Promise.reject(new Error("app server away")),
    async () => sessionAt(second.url, "hct_2"),
  ];
  let asked = 0;
  const { socket, messages } = open(sessionAt(first.url), {
    reconnect: () => given[asked++]?.() ?? Promise.resolve(null),
  });
  const before = socket.backend;
  await waitFor("the new backend", () => messages.length === 1);
  expect(socket.backend).not.toBe(before);
  expect(second.dialled).toEqual(["/hct_2/live?x=1"]);
  expect(asked).toBe(2);
});

test("an app's server that gives only what has ended is asked ever less often", async () => {
  await using server = await scriptedSockets(stay);
  const pauses: number[] = [];
  const { socket } = open(sessionAt(server.url, "hct_1", "terminated"), {
    reconnect: async () => sessionAt(server.url, "hct_1", "terminated"),
    longestPauseMs: 400,
  });
  socket.on("state", (state) => state.kind === "pausing" && pauses.push(state.ms));
  await waitFor("four pauses", () => pauses.length === 4);
  expect(pauses[1]).toBeGreaterThanOrEqual(125);
  expect(pauses[2]).toBeGreaterThanOrEqual(200);
  expect(server.dialled).toEqual([]);
});

test("a pause ends when the backend does", async () => {
  await using server = await scriptedSockets((peer) => peer.terminate());
  const { socket, tell, stopped } = open(sessionAt(server.url), { longestPauseMs: undefined });
  await waitFor("a long pause", () => socket.state.kind === "pausing" && socket.state.ms > 400);
  const before = performance.now();
  tell("terminated");
  expect(await stopped).toMatchObject({ because: "ended" });
  expect(performance.now() - before).toBeLessThan(400);
});

test("an app's server that has none to give ends it", async () => {
  await using server = await scriptedSockets({ refuse: 403 });
  server.answerHttp(403, { error: { id: "e1", code: "forbidden", message: "expired" } });
  const { stopped } = open(sessionAt(server.url), { reconnect: async () => null });
  expect(await stopped).toMatchObject({ because: "refused", message: "expired" });
});

test("what is sent too early is kept, as much as was asked for, and sent in order", async () => {
  await using server = await scriptedSockets(stay);
  const { socket, tell } = open(sessionAt(server.url, "hct_1", "loading"), { queue: 2 });
  socket.on("open", () => socket.send("first of all"));
  expect(["a", "b", "c"].map((text) => socket.send(text))).toEqual([true, true, false]);
  tell("ready");
  await waitFor("the messages", () => server.received.length === 3);
  expect(server.received).toEqual(["first of all", "a", "b"]);
});

test("without a queue what cannot be sent is dropped, and that is said", async () => {
  await using server = await scriptedSockets(stay);
  const { socket } = open(sessionAt(server.url, "hct_1", "loading"));
  expect(socket.send("early")).toBe(false);
});

test("closing tells the other end, is final, and can be undone", async () => {
  const closed: string[] = [];
  await using server = await scriptedSockets((peer) =>
    peer.on("close", (code, reason) => closed.push(`${code} ${reason}`)),
  );
  const { socket, stopped } = open(sessionAt(server.url));
  await isOpen(socket);
  socket.close(4001, "bye");
  expect(await stopped).toEqual({ because: "closed", message: "bye" });
  await waitFor("the close", () => closed.length === 1);
  expect(closed).toEqual(["4001 bye"]);
  socket.open();
  await isOpen(socket);
  expect(server.dialled).toHaveLength(2);
});

test("one that was reset is as if it had not begun: what is sent then is kept", async () => {
  await using server = await scriptedSockets(stay);
  const { socket, states } = open(sessionAt(server.url), { queue: 5, open: false });
  socket.send("forgotten");
  socket.open();
  socket.reset();
  expect(socket.send("kept")).toBe(true);
  expect(states).toEqual(["waiting", "idle"]);
  socket.open();
  await waitFor("the message", () => server.received.length === 1);
  expect(server.received).toEqual(["kept"]);
});

test("opening, closing and opening at once leaves one connection", async () => {
  await using server = await scriptedSockets((peer) => peer.send("hi"));
  const { socket, messages } = open(sessionAt(server.url), { open: false });
  expect(socket.state.kind).toBe("idle");
  socket.open();
  socket.close();
  socket.open();
  socket.open();
  await waitFor("the greeting", () => messages.length === 1);
  expect(server.dialled).toHaveLength(1);
});

test.each(["online", "pageshow", "focus"])("a pause ends at the page's event %s", async (type) => {
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  const pause = pauseUntilWoken(3_600_000, new AbortController().signal);
  page.dispatchEvent(new Event(type));
  await pause;
});

test("what cannot be dialled at all is told", async () => {
  await using server = await scriptedSockets(stay);
  const { stopped } = open(sessionAt(server.url), { protocols: ["not a token"] });
  expect(await stopped).toMatchObject({ because: "failed", cause: expect.any(Error) });
});

test.each([
  ["a code that is the server's", 1001, "bye", "InvalidAccessError"],
  ["a reason that is too long", 4000, "ü".repeat(62), "SyntaxError"],
])("closing with %s is refused to the caller, and nothing changes", async (...row) => {
  const [, code, reason, name] = row;
  await using server = await scriptedSockets(stay);
  const { socket, stopped } = open(sessionAt(server.url));
  await isOpen(socket);
  expect(() => socket.close(code, reason)).toThrow(expect.objectContaining({ name }));
  expect(socket.state.kind).toBe("open");
  socket.close(4999, "ü".repeat(61));
  expect((await stopped).because).toBe("closed");
});

test("a status that is refused midway leaves the proxy to be tried", async () => {
  await using server = await scriptedSockets(stay);
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    if (asked > 1) return new Response("no", { status: 403 });
    const headers = { "content-type": "text/event-stream" };
    return new Response('id: 1\ndata: {"status":"starting","time":1}\n\n', { headers });
  };
  const backend = new SessionBackend(sessionAt(server.url, "hct_1", "scheduled"), { fetch });
  const socket = backend.webSocket("/", { WebSocket });
  onTestFinished(() => {
    socket.close();
    backend.destroy();
  });
  await isOpen(socket);
  expect(backend.latestStatus?.status).toBe("starting");
  expect(backend.error).toMatchObject({ code: "unexpected-answer", status: 403 });
});
