// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { createElement, type ReactNode, StrictMode, useEffect } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test, vi } from "vitest";
import type { PlatformSocket } from "../../src/browser/platform-socket.ts";
import type { SessionBackend } from "../../src/browser/session-backend.ts";
import type { BrowserSession } from "../../src/client/browser-session.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import {
  SessionBackendProvider,
  useSessionBackend,
} from "../../src/react/session-backend-provider.ts";
import { useEventListener, useSend } from "../../src/react/use-events.ts";
import { useReady, useStatus } from "../../src/react/use-status.ts";
import { useWebSocket, WebSocketProvider } from "../../src/react/web-socket-provider.ts";
import { waitFor } from "../harness/wait-for.ts";

afterEach(cleanup);
vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

/** A platform whose streams and sockets a test counts and drives. */
function platform() {
  const encoder = new TextEncoder();
  const streams = new Map<string, Set<ReadableStreamDefaultController<Uint8Array>>>();
  const live = (url: string) => {
    const feeds = streams.get(url) ?? new Set();
    streams.set(url, feeds);
    return feeds;
  };
  const fetch = async (input: unknown, init?: RequestInit) => {
    const feeds = live(String(input));
    const body = new ReadableStream<Uint8Array>({
      start(feed) {
        feeds.add(feed);
        init?.signal?.addEventListener("abort", () => {
          if (feeds.delete(feed)) feed.error(init.signal?.reason);
        });
      },
      cancel: () => undefined,
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const sockets = new Set<FakeSocket>();
  class FakeSocket extends EventTarget {
    binaryType = "";
    readonly sent: string[] = [];
    readonly url: string;
    constructor(url: string) {
      super();
      this.url = url;
      sockets.add(this);
    }
    send(data: string) {
      this.sent.push(data);
    }
    close() {
      sockets.delete(this);
    }
    receive(data: unknown) {
      this.dispatchEvent(Object.assign(new Event("message"), { data }));
    }
  }
  return {
    options: { fetch: fetch as typeof globalThis.fetch },
    WebSocket: FakeSocket as unknown as new (url: string) => PlatformSocket,
    sockets,
    streamsOf: ({ status_url }: BrowserSession) => live(`${status_url}/stream`).size,
    tell({ status_url }: BrowserSession, status: Status) {
      const text = `id: ${status}\ndata: ${JSON.stringify({ status, time: 1 })}\n\n`;
      for (const feed of live(`${status_url}/stream`)) feed.enqueue(encoder.encode(text));
    },
  };
}

function sessionOf(id: string, status: Status = "loading"): BrowserSession {
  const url = `http://${id}.localhost:9090/hct_1/`;
  return { backend_id: id, url, status_url: `http://api/v1/backends/${id}/status`, status };
}

const SocketShown = () => useWebSocket().state.kind;
const Shown = () => `${useReady() ? "ready" : "not ready"}, ${useStatus()?.status ?? "unheard"}`;
const shows = (text: string) =>
  waitFor(text, async () => {
    await act(async () => undefined);
    return screen.queryByText(text) !== null;
  });

function provider(
  session: BrowserSession,
  { options }: ReturnType<typeof platform>,
  ...children: ReactNode[]
): ReactNode {
  const inner = createElement(
    SessionBackendProvider,
    { connectResponse: session, options },
    ...children,
  );
  return createElement(StrictMode, null, inner);
}

test("in StrictMode one stream is live while it is mounted, and none after", async () => {
  const page = platform();
  const session = sessionOf("b1");
  const { unmount } = render(provider(session, page, createElement(Shown)));
  await shows("not ready, unheard");
  await waitFor("one stream", () => page.streamsOf(session) === 1);
  page.tell(session, "ready");
  await shows("ready, ready");
  page.tell(session, "terminating");
  await shows("not ready, terminating");
  unmount();
  expect(page.streamsOf(session)).toBe(0);
});

function Seen({ seen }: { seen: Set<SessionBackend> }): ReactNode {
  const backend = useSessionBackend();
  useEffect(() => void seen.add(backend), [backend, seen]);
  return null;
}

test("an equal answer keeps the backend, another one replaces it", async () => {
  const page = platform();
  const [first, second] = [sessionOf("b1"), sessionOf("b2", "ready")];
  const seen = new Set<SessionBackend>();
  const children = [createElement(Shown, { key: 1 }), createElement(Seen, { key: 2, seen })];
  const { rerender } = render(provider(first, page, ...children));
  rerender(provider({ ...first }, page, ...children));
  expect(seen.size).toBe(1);
  rerender(provider(second, page, ...children));
  await shows("ready, unheard");
  expect(seen.size).toBe(2);
  await waitFor("the second's stream", () => page.streamsOf(second) === 1);
  expect(page.streamsOf(first)).toBe(0);
});

test("a server renders it without following anything", () => {
  const page = platform();
  const session = sessionOf("b1", "ready");
  const socket = createElement(
    WebSocketProvider,
    { options: { WebSocket: page.WebSocket } },
    createElement(SocketShown),
  );
  const html = renderToString(provider(session, page, createElement(Shown), socket));
  expect(html.replaceAll("<!-- -->", "")).toBe("ready, unheardidle");
  expect([page.streamsOf(session), page.sockets.size]).toEqual([0, 0]);
});

test("a hook without its provider says which one is missing", () => {
  vi.spyOn(console, "error").mockReturnValue();
  expect(() => render(createElement(Shown))).toThrow("SessionBackendProvider");
  const page = platform();
  const inProvider = provider(sessionOf("b1"), page, createElement(SocketShown));
  expect(() => render(inProvider)).toThrow("WebSocketProvider");
  vi.restoreAllMocks();
});

interface ChatProps {
  heard: string[];
  suffix: string;
}

function Chat({ heard, suffix }: ChatProps): ReactNode {
  const send = useSend<{ text: string }>();
  useEffect(() => {
    const message = { text: "early" };
    send("hello", message);
    message.text = "changed later";
  }, [send]);
  useEventListener<{ text: string }>("said", ({ text }) => heard.push(text + suffix));
  return useWebSocket().isOpen ? "open" : "closed";
}

function chat(page: ReturnType<typeof platform>, session: BrowserSession, props: ChatProps) {
  const options = { WebSocket: page.WebSocket };
  const inner = createElement(Chat, props);
  return provider(
    session,
    page,
    createElement(WebSocketProvider, { path: "/chat", options }, inner),
  );
}

test("one socket serves all hooks: early sends are kept as they were, events reach the newest listener", async () => {
  const page = platform();
  const heard: string[] = [];
  const session = sessionOf("b1", "ready");
  const { rerender, unmount } = render(chat(page, session, { heard, suffix: "!" }));
  const socket = await waitFor("the socket", async () => {
    await act(async () => undefined);
    return page.sockets.size === 1 ? [...page.sockets][0] : undefined;
  });
  expect(socket.url).toBe("ws://b1.localhost:9090/hct_1/chat");
  await act(async () => void socket.dispatchEvent(new Event("open")));
  expect(screen.getByText("open")).toBeDefined();
  expect(socket.sent).toEqual(['{"event":"hello","data":{"text":"early"}}']);
  socket.receive('{"event":"said","data":{"text":"hi"}}');
  rerender(chat(page, session, { heard, suffix: "?" }));
  socket.receive('{"event":"said","data":{"text":"hi"}}');
  socket.receive('{"event":"other","data":{}}');
  socket.receive("no JSON");
  socket.receive("null");
  expect(heard).toEqual(["hi!", "hi?"]);
  expect(page.sockets.size).toBe(1);
  unmount();
  expect([page.sockets.size, page.streamsOf(session)]).toEqual([0, 0]);
});

test("hooks below the socket tell of the backend that `reconnect` has given", async () => {
  const page = platform();
  const [first, second] = [sessionOf("b1", "ready"), sessionOf("b2", "ready")];
  const options = { WebSocket: page.WebSocket, reconnect: async () => second };
  const inner = createElement(WebSocketProvider, { options }, createElement(Shown));
  const { unmount } = render(provider(first, page, inner));
  await waitFor("the first's stream", () => page.streamsOf(first) === 1);
  const [socket] = page.sockets;
  await act(async () => void socket?.dispatchEvent(new Event("open")));
  page.tell(first, "terminated");
  await shows("not ready, terminated");
  const gone = Object.assign(new Event("close"), { code: 1006, reason: "" });
  await act(async () => void socket?.dispatchEvent(gone));
  await waitFor("the second's stream", () => page.streamsOf(second) === 1);
  await shows("ready, unheard");
  page.tell(second, "ready");
  await shows("ready, ready");
  unmount();
  expect(page.streamsOf(second)).toBe(0);
});
