import { once } from "node:events";
import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { startEchoBackend } from "../harness/echo-backend.ts";
import { answerOf, type StartEngineFixture } from "../harness/engine-fixture.ts";

const UPGRADE = [
  "GET /ws HTTP/1.1",
  "Host: h",
  "Connection: keep-alive, Upgrade",
  "Upgrade: websocket",
];
const AGREED = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];

export function upgradeConformance(start: StartEngineFixture): void {
  test("a WebSocket carries text, and binary messages of any size, both ways", async () => {
    await using fixture = await start();
    await using echo = await startEchoBackend();
    const upstream = { host: "127.0.0.1", port: echo.port };
    fixture.decide = async (head) => fixture.forward(head, { upstream });
    const socket = fixture.webSocket();
    await once(socket, "open");
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 5_000_000]) {
      const message = Buffer.alloc(size, size % 251);
      socket.send(message);
      const [data, isBinary] = await once(socket, "message");
      expect(isBinary).toBe(true);
      expect(message.equals(data as Buffer)).toBe(true);
    }
    expect(fixture.open).toBe(1);
    socket.close(4_000, "bye");
    const [code] = await once(socket, "close");
    expect(code).toBe(4_000);
    await waitFor("the socket to be over", () => fixture.open === 0 && echo.openSockets === 0);
  });

  test("an upgrade's head is edited both ways, and keeps what makes it one", async () => {
    await using fixture = await start();
    fixture.decide = async (head) =>
      fixture.forward(head, {
        path: "/other?",
        request: { remove: new Set(["connection", "upgrade", "x-gone"]), set: [["x-set", "1"]] },
        response: {
          set: [["x-hangar-backend", "id"]],
          append: [],
          defaults: [],
          refusedCookies: ["hangar"],
        },
      });
    const client = await fixture.client();
    client.send(...UPGRADE, "X-Gone: 1", "Sec-WebSocket-Key: k", "", "");
    expect(fixture.heads).toEqual([]);
    const backend = await fixture.backend.accept();
    const head = await backend.takeHead();
    expect(fixture.heads[0]?.isUpgrade).toBe(true);
    expect(head).toMatch(/^GET \/other\? HTTP\/1.1\r\n/);
    expect(head).toMatch(/\r\nconnection: upgrade\r\n/i);
    expect(head).toMatch(/\r\nupgrade: websocket\r\n/i);
    expect(head).toMatch(/\r\nSec-WebSocket-Key: k\r\n/);
    expect(head).toMatch(/\r\nx-set: 1\r\n/);
    expect(head).not.toMatch(/x-gone|keep-alive/i);
    backend.send(
      ...AGREED,
      "Sec-WebSocket-Accept: a",
      "Set-Cookie: hangar=x",
      "Set-Cookie: b=1",
      "",
      "",
    );
    const answer = await client.takeHead();
    expect(answer).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/);
    expect(answer).toMatch(/\r\nconnection: upgrade\r\n/i);
    expect(answer).toMatch(/\r\nSec-WebSocket-Accept: a\r\n/);
    expect(answer).toMatch(/\r\nx-hangar-backend: id\r\n/);
    expect(answer.match(/set-cookie: .*/gi)).toEqual(["Set-Cookie: b=1"]);
  });

  test("bytes sent right behind an upgrade's heads are not lost", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE, "", "early up");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED, "", "early down");
    await backend.take(/^early up$/);
    await client.take(/early down$/);
  });

  test("protocols other than WebSocket are passed too", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "Connection: Upgrade", "Upgrade: tcp", "", "");
    const backend = await fixture.backend.accept();
    expect(await backend.takeHead()).toMatch(/\r\nupgrade: tcp\r\n/i);
    backend.send("HTTP/1.1 101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp", "", "hi");
    expect(await client.take(/hi$/)).toMatch(/\r\nupgrade: tcp\r\n/i);
    client.send("there");
    await backend.take(/there$/);
  });

  test.each([
    ["of known length", ["Content-Length: 6"], "denied", /\r\n\r\ndenied$/],
    ["in chunks", ["Transfer-Encoding: chunked"], "6\r\ndenied\r\n0\r\n\r\n", /denied/],
    ["ended by the close", ["Connection: close"], "denied", /denied/],
  ])(
    "a refused upgrade passes the backend's own answer with its body %s",
    async (_name, framing, body, expected) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send(...UPGRADE, "", "");
      const backend = await fixture.backend.accept();
      await backend.takeHead();
      backend.send("HTTP/1.1 403 Not You", "X-Own: 1", ...framing, "", body);
      backend.socket.end();
      await client.untilClosed();
      expect(client.received).toMatch(/^HTTP\/1.1 403 Not You\r\nX-Own: 1\r\n/);
      expect(client.received).toMatch(expected);
      await waitFor("the upgrade to be over", () => fixture.open === 0);
    },
  );

  test("a refused upgrade with a large body is not held in memory, and arrives whole", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE, "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    const body = Buffer.alloc(6_000_000, "0123456789abcdef");
    backend.send("HTTP/1.1 426 Upgrade Required", `Content-Length: ${body.length}`, "", "");
    backend.socket.write(body);
    await client.takeHead();
    await client.untilClosed();
    expect(Buffer.from(client.received, "latin1").equals(body)).toBe(true);
  });

  test("the gate's answer to an upgrade goes out and closes", async () => {
    await using fixture = await start();
    fixture.decide = async () => answerOf(401, "no token");
    const client = await fixture.client();
    client.send(...UPGRADE, "", "");
    await client.untilClosed();
    expect(client.received).toMatch(/^HTTP\/1.1 401 Unauthorized\r\n[\s\S]*\r\n\r\nno token$/);
  });

  test.each(["client", "backend"])(
    "a %s that vanishes takes the other side along",
    async (side) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send(...UPGRADE, "", "");
      const backend = await fixture.backend.accept();
      await backend.takeHead();
      backend.send(...AGREED, "", "");
      await client.takeHead();
      const [leaver, stayer] = side === "client" ? [client, backend] : [backend, client];
      leaver.reset();
      await waitFor("the other side to notice", () => stayer.ended || stayer.closed);
      stayer.socket.end();
      await waitFor("the socket to be over", () => fixture.open === 0);
    },
  );

  test.each(["closes", "resets"])(
    "the gate is told when the client %s the connection of an upgrade that it decides",
    async (way) => {
      await using fixture = await start();
      let aborted = false;
      fixture.decide = (head, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            resolve(fixture.forward(head));
          });
        });
      const client = await fixture.client();
      client.send(...UPGRADE, "", "");
      await waitFor("the question", () => fixture.heads.length === 1);
      if (way === "closes") client.socket.end();
      else client.reset();
      await waitFor("the abort", () => aborted);
      expect(fixture.begun).toBe(0);
    },
  );

  test("a client that hangs up before the backend has agreed ends the upgrade", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE, "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    client.reset();
    await backend.untilClosed();
    await waitFor("the upgrade to be over", () => fixture.open === 0);
  });

  test("a reader that stops holds the writer back, in a tunnel too", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE, "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED, "", "");
    await client.takeHead();
    client.socket.pause();
    const chunk = Buffer.alloc(1_000_000);
    let taken = 0;
    let lastTakenMs = performance.now();
    const pump = () => {
      lastTakenMs = performance.now();
      while (taken < 200 && backend.socket.write(chunk)) taken += 1;
      taken += 1;
    };
    backend.socket.on("drain", pump);
    pump();
    await waitFor("the writer to be held", () => performance.now() - lastTakenMs > 300);
    expect(taken).toBeLessThan(64);
  });

  test("five hundred WebSockets opened and closed leave nothing open", async () => {
    await using fixture = await start();
    await using echo = await startEchoBackend();
    const upstream = { host: "127.0.0.1", port: echo.port };
    fixture.decide = async (head) => fixture.forward(head, { upstream });
    for (let round = 0; round < 10; round += 1) {
      const sockets = Array.from({ length: 50 }, () => fixture.webSocket());
      await Promise.all(sockets.map((socket) => once(socket, "open")));
      for (const [index, socket] of sockets.entries()) {
        if (index % 2 === 0) socket.close();
        else socket.terminate();
      }
    }
    await waitFor("all to be over", () => fixture.open === 0 && echo.openSockets === 0);
    expect(fixture.begun).toBe(500);
  });
}
