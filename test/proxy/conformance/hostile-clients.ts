import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";

export function hostileConformance(start: StartEngineFixture): void {
  test.each([
    [
      "both lengths",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    ],
    ["an odd length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nabcd"],
    [
      "an unknown coding",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n"],
    ["a folded line", "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"],
    ["a bare line feed in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\rZ\r\n\r\n"],
    ["a zero byte", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    [
      "an upgrade with a body",
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc",
    ],
    [
      "an upgrade by POST",
      "POST / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
    ...["h2c", "H2C", "HTTP/2.0", "websocket, h2c", "h2c-14", "TLS/1.0"].map((protocol) => [
      `an upgrade to ${protocol}`,
      `GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
    ]),
    [
      "an upgrade to h2c in a second line",
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
    ],
  ])("a request with %s is refused with 400 and reaches no backend", async (_name, bytes) => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(bytes);
    await client.untilClosed();
    expect(client.received).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(fixture.backend.peers.map(({ received }) => received)).toEqual([]);
  });

  test("a head over the limit is refused with 431", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", `X-Big: ${"x".repeat(33 * 1_024)}`, "", "");
    await client.untilClosed();
    expect(client.received).toMatch(/^HTTP\/1.1 431 /);
  });

  test("a head of a hundred lines, just under the limit in size, passes whole", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    const value = "x".repeat(300);
    const lines = Array.from({ length: 99 }, (_, index) => `x-${index}: ${value}`);
    client.send("GET / HTTP/1.1", "Host: h", ...lines, "", "");
    const head = await (await fixture.backend.accept()).takeHead();
    expect(head).toContain(`x-98: ${value}\r\n`);
  });

  test("a head of more than a hundred lines is refused with 431", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    const lines = Array.from({ length: 100 }, (_, index) => `x-${index}: 1`);
    client.send("GET / HTTP/1.1", "Host: h", ...lines, "", "");
    await client.untilClosed();
    expect(client.received).toMatch(/^HTTP\/1.1 431 /);
    expect(fixture.heads).toEqual([]);
  });

  test.each(["", "GET / HTTP/1.1\r\nHost: h\r\nX-Slow: "])(
    "a head that does not come to its end in time closes (%#)",
    async (bytes) => {
      await using fixture = await start({ headTimeoutMs: 200 });
      const client = await fixture.client();
      client.send(bytes);
      await client.untilClosed();
      expect(fixture.heads).toEqual([]);
    },
  );

  test("an upload slower than the limit for heads is not cut", async () => {
    await using fixture = await start({ headTimeoutMs: 200 });
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 2", "", "a");
    const backend = await fixture.backend.accept();
    await backend.take(/a$/);
    const startedMs = performance.now();
    await waitFor("several checks to have run", () => performance.now() - startedMs > 700);
    client.send("b");
    await backend.take(/b$/);
  });

  test("an idle connection is closed after the keep-alive time", async () => {
    await using fixture = await start({ keepAliveMs: 100 });
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
    await client.takeHead();
    await client.untilClosed();
  });

  test("connections past the limit are closed at once", async () => {
    await using fixture = await start({ maxConnections: 2 });
    const [first, second, third] = [
      await fixture.client(),
      await fixture.client(),
      await fixture.client(),
    ];
    await third.untilClosed();
    first.send("GET /1 HTTP/1.1", "Host: h", "", "");
    second.send("GET /2 HTTP/1.1", "Host: h", "", "");
    await waitFor("both requests", () => fixture.backend.peers.length === 2);
  });

  test("rubbish behind a good request does not cut into its answer", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 100", "", "part");
    await client.take(/part$/);
    client.send("\0\0\0rubbish\r\n\r\n");
    await client.untilClosed();
    expect(client.received).toBe("");
    await backend.untilClosed();
  });
}
