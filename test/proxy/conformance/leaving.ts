import { once } from "node:events";
import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { startEchoBackend } from "../harness/echo-backend.ts";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";
import { connectRaw } from "../harness/raw-peer.ts";

const UPGRADE = [
  "GET /ws HTTP/1.1",
  "Host: h",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "",
  "",
];
const AGREED = [
  "HTTP/1.1 101 Switching Protocols",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "",
  "",
];
const GOING_AWAY = "\x88\x02\x03\xe9";

export function leavingConformance(start: StartEngineFixture): void {
  test("leaving closes idle connections, takes no new ones, and lets answers finish", async () => {
    await using fixture = await start();
    const [idle, begun, waiting] = [
      await fixture.client(),
      await fixture.client(),
      await fixture.client(),
    ];
    begun.send("GET /begun HTTP/1.1", "Host: h", "", "");
    const first = await fixture.backend.accept();
    first.send("HTTP/1.1 200 OK", "Content-Length: 4", "", "be");
    await begun.take(/be$/);
    waiting.send("GET /waiting HTTP/1.1", "Host: h", "", "");
    const second = await fixture.backend.accept();
    const left = fixture.leave(10_000);
    await idle.untilClosed();
    await expect(connectRaw(fixture.port)).rejects.toThrow("ECONNREFUSED");
    first.send("gn");
    await begun.take(/gn$/);
    await begun.untilClosed();
    second.send("HTTP/1.1 200 OK", "Content-Length: 4", "", "done");
    expect(await waiting.take(/done$/)).toMatch(/connection: close/i);
    await waiting.untilClosed();
    await left;
  });

  test("retired, it closes nothing that may be asked, and each answer is its connection's last", async () => {
    await using fixture = await start();
    const [idle, promised] = [await fixture.client(), await fixture.client()];
    promised.send("GET /promised HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 4", "", "be");
    expect(await promised.take(/be$/)).not.toMatch(/connection: close/i);
    fixture.retire();
    const late = await fixture.client();
    backend.send("gn");
    await promised.take(/gn$/);
    await using echo = await startEchoBackend();
    const upstream = { host: "127.0.0.1", port: echo.port };
    fixture.decide = async (head) => fixture.forward(head, { upstream });
    for (const client of [idle, promised, late]) {
      client.send("GET /once-more HTTP/1.1", "Host: h", "", "");
      expect(await client.take(/once-more/)).toMatch(/connection: close/i);
      await client.untilClosed();
    }
  });

  test("what is still in flight after the drain time is cut", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /sse HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "", "data: 1\n\n");
    await client.take(/data: 1/);
    await fixture.leave(50);
    await client.untilClosed();
    await backend.untilClosed();
    expect(fixture.open).toBe(0);
  });

  test("a WebSocket lives on for the drain time and then closes with 1001", async () => {
    await using fixture = await start();
    await using echo = await startEchoBackend();
    const upstream = { host: "127.0.0.1", port: echo.port };
    fixture.decide = async (head) => fixture.forward(head, { upstream });
    const socket = fixture.webSocket();
    await once(socket, "open");
    const left = fixture.leave(300);
    socket.send("still here");
    const [data] = await once(socket, "message");
    expect(String(data)).toBe("still here");
    const [code] = await once(socket, "close");
    expect(code).toBe(1_001);
    await left;
    await waitFor("the backend's side to be over", () => echo.openSockets === 0);
    expect(fixture.open).toBe(0);
  });

  test("the close frame does not fall into the middle of a message", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED);
    await client.takeHead();
    backend.send("\x82\x06abc");
    await client.take(/abc$/);
    const left = fixture.leave(0);
    await expect(connectRaw(fixture.port)).rejects.toThrow("ECONNREFUSED");
    expect(client.received).toBe("");
    backend.send("def");
    expect(await client.take(/def[\s\S]{4}$/)).toBe(`def${GOING_AWAY}`);
    await left;
  });

  test("a backend that never ends its message does not hold the leaving up", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED, "\x82\x06abc");
    await client.take(/abc$/);
    await fixture.leave(0);
    await client.untilClosed();
  });
}
