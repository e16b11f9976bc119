import { expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { startDeafServer } from "../harness/deaf-server.ts";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";

const PLAIN = ["GET / HTTP/1.1", "Host: h", "", ""];
const UPGRADE = ["GET / HTTP/1.1", "Host: h", "Connection: Upgrade", "Upgrade: websocket", "", ""];

export function failureConformance(start: StartEngineFixture): void {
  const kinds = [
    ["a request", PLAIN],
    ["an upgrade", UPGRADE],
  ] as const;

  test.each(kinds)(
    "a backend that refuses the connection of %s is explained",
    async (_kind, lines) => {
      await using fixture = await start();
      const port = await freePort();
      fixture.decide = async (head) =>
        fixture.forward(head, { upstream: { host: "127.0.0.1", port } });
      const client = await fixture.client();
      client.send(...lines);
      expect(await client.take(/unreachable$/)).toMatch(/^HTTP\/1.1 502 /);
      expect(fixture.failures).toMatchObject([{ kind: "unreachable" }]);
      client.socket.destroy();
      await waitFor("the request to be over", () => fixture.open === 0);
    },
  );

  test.each(kinds)(
    "a backend that does not take the connection of %s in time is explained",
    async (_kind, lines) => {
      await using deaf = await startDeafServer();
      await using fixture = await start({ connectTimeoutMs: 200 });
      const upstream = { host: "127.0.0.1", port: deaf.port };
      fixture.decide = async (head) => fixture.forward(head, { upstream });
      const client = await fixture.client();
      client.send(...lines);
      await client.take(/connect-timeout$/);
    },
  );

  test.each(kinds)(
    "a backend that does not answer %s in time is explained, if there is a limit",
    async (_kind, lines) => {
      await using fixture = await start({ answerTimeoutMs: 100 });
      const client = await fixture.client();
      client.send(...lines);
      await client.take(/answer-timeout$/);
      await (await fixture.backend.accept()).untilClosed();
    },
  );

  test("the limit for the answer does not cut one that has begun", async () => {
    await using fixture = await start({ answerTimeoutMs: 100 });
    const client = await fixture.client();
    client.send(...PLAIN);
    const backend = await fixture.backend.accept();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 4", "", "be");
    await client.take(/be$/);
    const startedMs = performance.now();
    await waitFor("the limit to have passed", () => performance.now() - startedMs > 250);
    backend.send("gn");
    await client.take(/gn$/);
  });

  test.each(kinds)(
    "a backend that hangs up on %s before its answer is explained",
    async (_kind, lines) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send(...lines);
      (await fixture.backend.accept()).socket.destroy();
      await client.take(/broken-answer$/);
    },
  );

  test.each([
    "rubbish\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n",
    `HTTP/1.1 200 OK\r\nX-Big: ${"x".repeat(70_000)}\r\n\r\n`,
  ])("a backend's malformed answer is explained, not passed on (%#)", async (answer) => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...PLAIN);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(answer);
    await client.take(/broken-answer$/);
    await backend.untilClosed();
  });

  const agreed = ["Connection: Upgrade", "Upgrade: websocket"];
  test.each([
    ["a request", PLAIN, []],
    ["a request", PLAIN, agreed],
    ["an upgrade", UPGRADE, []],
    ["an upgrade", UPGRADE, ["Upgrade: websocket"]],
    ["an upgrade", UPGRADE, ["Connection: Upgrade"]],
    ["an upgrade", UPGRADE, ["Connection: Upgrade", "Upgrade: h2c"]],
    ["an upgrade", UPGRADE, ["Connection: Upgrade", "Upgrade: websocket, h2c"]],
  ])("a 101 to %s that did not ask for it is explained (%#)", async (_kind, lines, headers) => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...lines);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 101 Switching Protocols", ...headers, "", "");
    expect(await client.take(/broken-answer$/)).toMatch(/^HTTP\/1.1 502 /);
    await backend.untilClosed();
    client.socket.destroy();
    await waitFor("the request to be over", () => fixture.open === 0);
  });

  test("a pooled connection that its backend has just closed is replaced for a GET", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...PLAIN);
    const first = await fixture.backend.accept();
    await first.takeHead();
    first.send("HTTP/1.1 200 OK", "Content-Length: 1", "", "1");
    await client.take(/\r\n\r\n1$/);
    client.send(...PLAIN);
    await first.takeHead();
    first.reset();
    const second = await fixture.backend.accept();
    await second.takeHead();
    second.send("HTTP/1.1 200 OK", "Content-Length: 1", "", "2");
    await client.take(/\r\n\r\n2$/);
    expect(fixture.failures).toEqual([]);
    expect(fixture.begun).toBe(2);
  });

  test("a POST is never sent twice", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...PLAIN);
    const first = await fixture.backend.accept();
    await first.takeHead();
    first.send("HTTP/1.1 200 OK", "Content-Length: 1", "", "1");
    await client.take(/\r\n\r\n1$/);
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 2", "", "ok");
    await first.take(/ok$/);
    first.reset();
    await client.take(/broken-answer$/);
    expect(fixture.backend.peers).toHaveLength(1);
  });
}
