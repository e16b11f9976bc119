import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { answerOf, type StartEngineFixture } from "../harness/engine-fixture.ts";

const MEGABYTE = 1_024 * 1_024;

export function bodyConformance(start: StartEngineFixture): void {
  test.each(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])(
    "a %s body of known length arrives whole",
    async (method) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send(`${method} / HTTP/1.1`, "Host: h", "Content-Length: 5", "", "hello");
      const backend = await fixture.backend.accept();
      const head = await backend.takeHead();
      expect(head).toMatch(/content-length: 5\r\n/i);
      expect(head).not.toMatch(/transfer-encoding/i);
      await backend.take(/^hello$/);
    },
  );

  test.each(["GET", "POST", "DELETE", "OPTIONS"])(
    "a %s body in chunks arrives in chunks",
    async (method) => {
      await using fixture = await start();
      const client = await fixture.client();
      const chunks = "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
      client.send(`${method} / HTTP/1.1`, "Host: h", "Transfer-Encoding: chunked", "", chunks);
      const backend = await fixture.backend.accept();
      const head = await backend.takeHead();
      expect(head.match(/transfer-encoding: .*/gi)).toHaveLength(1);
      expect(head).not.toMatch(/content-length/i);
      await backend.take(/0\r\n\r\n$/);
    },
  );

  test("a request's head does not wait for its body", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 2", "", "");
    const backend = await fixture.backend.accept();
    expect(await backend.takeHead()).toMatch(/content-length: 2\r\n/i);
    client.send("ok");
    await backend.take(/^ok$/);
  });

  test("trailers pass both ways", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", "TE: trailers", "", "");
    client.send("1\r\na\r\n0\r\nX-Sum: up\r\n\r\n");
    const backend = await fixture.backend.accept();
    expect(await backend.take(/0\r\n[\s\S]*\r\n\r\n$/)).toMatch(/X-Sum: up\r\n\r\n$/);
    backend.send(
      "HTTP/1.1 200 OK",
      "Transfer-Encoding: chunked",
      "",
      "1\r\nb\r\n0\r\nX-Sum: down\r\n\r\n",
    );
    expect(await client.take(/0\r\n[\s\S]*\r\n\r\n$/)).toMatch(/X-Sum: down\r\n\r\n$/);
  });

  test.each(["X-Verified-Username: eve", "x_verified_username: eve", "X-Forwarded-For: 1.2.3.4"])(
    "the trailer %s reaches no backend",
    async (trailer) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", "", "1\r\na\r\n");
      const backend = await fixture.backend.accept();
      await backend.take(/1\r\na\r\n$/);
      client.send(`0\r\n${trailer}\r\n\r\n`);
      await waitFor(
        "the upload's end",
        () => backend.closed || backend.received.endsWith("\r\n\r\n"),
      );
      expect(backend.received).not.toMatch(/eve|1\.2\.3\.4/);
    },
  );

  test.each([
    ["HEAD", "200 OK", "Content-Length: 9"],
    ["GET", "304 Not Modified", "Content-Length: 9"],
    ["GET", "204 No Content", "X-Nothing: 1"],
  ])(
    "%s answered with %s has no body and leaves the connection usable",
    async (method, status, header) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send(`${method} / HTTP/1.1`, "Host: h", "", "");
      const backend = await fixture.backend.accept();
      await backend.takeHead();
      backend.send(`HTTP/1.1 ${status}`, header, "", "");
      const head = await client.takeHead();
      expect(head).toContain(header);
      expect(head).not.toMatch(/transfer-encoding/i);
      client.send("GET /next HTTP/1.1", "Host: h", "", "");
      expect(await backend.takeHead()).toMatch(/^GET \/next/);
    },
  );

  test("a client that expects 100 waits for the backend's 100", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 2", "", "");
    const backend = await fixture.backend.accept();
    expect(await backend.takeHead()).toMatch(/expect: 100-continue/i);
    expect(client.received).toBe("");
    backend.send("HTTP/1.1 100 Continue", "", "");
    expect(await client.takeHead()).toMatch(/^HTTP\/1.1 100 /);
    client.send("ok");
    await backend.take(/ok$/);
    backend.send("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
    expect(await client.takeHead()).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a backend may refuse before the body that a client offers", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 2", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 413 Too Much", "Connection: close", "Content-Length: 0", "", "");
    backend.socket.end();
    expect(await client.takeHead()).toMatch(/^HTTP\/1.1 413 /);
    await client.untilClosed();
  });

  test("a client that did not ask for 100 is not told, and early hints pass", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 100 Continue", "", "");
    backend.send("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload", "", "");
    backend.send("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
    expect(await client.takeHead()).toMatch(/^HTTP\/1.1 103 [\s\S]*<\/a.css>; rel=preload/i);
    expect(await client.takeHead()).toMatch(/^HTTP\/1.1 200 /);
  });

  test("each event of a stream passes at once, and the stream counts as open until it ends", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /sse HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Content-Type: text/event-stream", "", "");
    for (const event of ["one", "two", "three"]) {
      backend.send(`data: ${event}\n\n`);
      await client.take(new RegExp(`data: ${event}\n\n`));
      expect(fixture.open).toBe(1);
    }
    backend.socket.end();
    await client.take(/0\r\n\r\n$/);
    await waitFor("the stream to be over", () => fixture.open === 0);
  });

  test("a client that does not read holds the backend back", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.socket.pause();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    const sent = await writeUntilHeld(
      backend.socket,
      `HTTP/1.1 200 OK\r\nContent-Length: ${1024 * MEGABYTE}\r\n\r\n`,
    );
    expect(sent).toBeLessThan(64 * MEGABYTE);
  });

  test("a backend that does not read holds the client back", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", `Content-Length: ${1024 * MEGABYTE}`, "", "");
    const backend = await fixture.backend.accept();
    backend.socket.pause();
    const sent = await writeUntilHeld(client.socket, "");
    expect(sent).toBeLessThan(64 * MEGABYTE);
  });

  test("a large download arrives whole", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    const body = Buffer.alloc(8 * MEGABYTE, "0123456789abcdef");
    backend.send("HTTP/1.1 200 OK", `Content-Length: ${body.length}`, "", "");
    backend.socket.write(body);
    await client.takeHead();
    await waitFor("the whole body", () => client.received.length === body.length);
    expect(Buffer.from(client.received, "latin1").equals(body)).toBe(true);
  });

  test("an answer of the gate to a request whose body is still coming closes the connection", async () => {
    await using fixture = await start();
    fixture.decide = async () => answerOf(403, "no");
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 1000", "", "begin");
    expect(await client.take(/no$/)).toMatch(/^HTTP\/1.1 403 [\s\S]*connection: close/i);
    await client.untilClosed();
  });
}

/** Writes as fast as it is let, and gives how much was taken once nothing more is for a while. */
async function writeUntilHeld(socket: import("node:net").Socket, head: string): Promise<number> {
  const chunk = Buffer.alloc(MEGABYTE);
  socket.write(head);
  let lastProgressMs = performance.now();
  let sent = 0;
  const pump = () => {
    lastProgressMs = performance.now();
    do sent += chunk.length;
    while (socket.write(chunk) && sent < 256 * MEGABYTE);
  };
  socket.on("drain", () => {
    if (sent < 256 * MEGABYTE) pump();
  });
  pump();
  await waitFor("the writer to be held", () => performance.now() - lastProgressMs > 300);
  return sent;
}
