import { expect, test } from "vitest";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";

export function headConformance(start: StartEngineFixture): void {
  test("the gate sees the head as it came, with names in lower case", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /a?b HTTP/1.1", "Host: h", "X-Twice: 1", "x-twice: 2", "", "");
    await fixture.backend.accept();
    expect(fixture.heads).toEqual([
      {
        method: "GET",
        target: "/a?b",
        headers: [
          ["host", "h"],
          ["x-twice", "1"],
          ["x-twice", "2"],
        ],
        peerAddress: "127.0.0.1",
        secure: fixture.transport === "TLS",
        isUpgrade: false,
      },
    ]);
  });

  test.each([
    "/a/../b//c?x=%2F?",
    "//double",
    "/empty?",
    "/%2e%2e/x",
    "/a?b?c",
    "/a\\b",
    "/;p=[]|",
  ])("the path %s reaches the backend as it is", async (path) => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(`GET ${path} HTTP/1.1`, "Host: h", "", "");
    const backend = await fixture.backend.accept();
    expect(await backend.takeHead()).toMatch(`GET ${path} HTTP/1.1\r\n`);
  });

  test("headers keep their order, case and repetition on the way to the backend", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(
      "GET / HTTP/1.1",
      "Host: h",
      "X-One: 1",
      "x-Dup: a",
      "X-Dup: b",
      "X-Last: \xe9",
      "",
      "",
    );
    const head = await (await fixture.backend.accept()).takeHead();
    expect(head).toMatch(/Host: h\r\nX-One: 1\r\nx-Dup: a\r\nx-Dup: b\r\nX-Last: \xe9\r\n/i);
    expect(head).toContain("X-One: 1");
  });

  test("the gate's edits replace and remove request headers", async () => {
    await using fixture = await start();
    fixture.decide = async (head) =>
      fixture.forward(head, {
        path: "/other",
        request: { remove: new Set(["x-gone"]), set: [["x-set", "ours"]] },
      });
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "X-Gone: 1", "X-Set: theirs", "X-Set: again", "", "");
    const head = await (await fixture.backend.accept()).takeHead();
    expect(head).toMatch(/^GET \/other HTTP\/1.1\r\n/);
    expect(head.match(/x-set: .*/gi)).toEqual(["x-set: ours"]);
    expect(head).not.toMatch(/x-gone/i);
  });

  test("an answer keeps its status, reason and headers in order, case and repetition", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 299 Quite Fine", "Set-Cookie: a=1", "X-Odd-CASE: x", "Set-Cookie: b=2");
    backend.send("", "Content-Length: 2", "", "ok");
    const head = await client.takeHead();
    expect(head).toMatch(/^HTTP\/1.1 299 Quite Fine\r\n/);
    expect(head).toMatch(/Set-Cookie: a=1\r\nX-Odd-CASE: x\r\nSet-Cookie: b=2\r\n/);
    await client.take(/ok$/);
  });

  test("the gate's edits reach the answer, and cookies it refuses do not", async () => {
    await using fixture = await start();
    fixture.decide = async (head) =>
      fixture.forward(head, {
        response: {
          set: [["x-hangar-backend", "id"]],
          append: [["set-cookie", "hangar=t"]],
          defaults: [["access-control-allow-origin", "*"]],
          refusedCookies: ["hangar"],
        },
      });
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "X-Hangar-Backend: forged", "Set-Cookie: hangar=evil; Path=/");
    backend.send("", "Set-Cookie: own=1", "Content-Length: 0", "", "");
    const head = await client.takeHead();
    expect(head.match(/set-cookie: .*/gi)).toEqual(["Set-Cookie: own=1", "set-cookie: hangar=t"]);
    expect(head.match(/x-hangar-backend: .*/gi)).toEqual(["x-hangar-backend: id"]);
    expect(head).toMatch(/access-control-allow-origin: \*/i);
  });

  test("hop-by-hop headers of a backend stay on their hop", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send(
      "HTTP/1.1 200 OK",
      "Connection: close, X-Hop",
      "X-Hop: 1",
      "Keep-Alive: timeout=1",
    );
    backend.send("", "Proxy-Authenticate: Basic", "Content-Length: 0", "", "");
    const head = await client.takeHead();
    expect(head).not.toMatch(/x-hop|proxy-authenticate|timeout=1\b/i);
    expect(head).not.toMatch(/connection: close/i);
    client.send("GET /again HTTP/1.1", "Host: h", "", "");
    expect(await (await fixture.backend.accept()).takeHead()).toMatch(/^GET \/again/);
  });

  test("one client connection and one backend connection carry many requests", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    const [first, second] = ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"];
    client.send(first, "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 1", "", "1");
    await client.take(/\r\n\r\n1/);
    client.send(second, "Host: h", "", "");
    expect(await backend.takeHead()).toMatch(/^GET \/2/);
    backend.send("HTTP/1.1 200 OK", "Content-Length: 1", "", "2");
    await client.take(/\r\n\r\n2/);
    expect(fixture.backend.peers).toHaveLength(1);
  });

  test("pipelined requests are answered in their order", async () => {
    await using fixture = await start();
    fixture.decide = async (head) => ({
      kind: "answer",
      status: 200,
      headers: [["content-length", "2"]],
      body: head.target,
    });
    const client = await fixture.client();
    const requests = ["/1", "/2", "/3"].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
    client.send(requests.join(""));
    await client.take(/\/1[\s\S]*\/2[\s\S]*\/3/);
  });

  test("the gate's own answer goes out as it is", async () => {
    await using fixture = await start();
    fixture.decide = async () => ({
      kind: "answer",
      status: 410,
      headers: [
        ["x-why", "ended"],
        ["content-length", "5"],
      ],
      body: "ended",
    });
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    expect(await client.take(/ended$/)).toMatch(
      /^HTTP\/1.1 410 Gone\r\n(.*\r\n)*x-why: ended\r\n/i,
    );
    expect(fixture.begun).toBe(0);
  });

  test("an HTTP/1.0 client gets an answer without chunks, ended by the close", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.0", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "3\r\nabc\r\n0\r\n\r\n");
    await client.untilClosed();
    expect(client.received).toMatch(/\r\n\r\nabc$/);
    expect(client.received).not.toMatch(/chunked/i);
  });
}
