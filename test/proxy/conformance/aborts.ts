import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";
import type { RawPeer } from "../harness/raw-peer.ts";

export function abortConformance(start: StartEngineFixture): void {
  test.each(["before the answer", "in the middle of it"])(
    "a client that hangs up %s ends the request to the backend",
    async (moment) => {
      await using fixture = await start();
      const client = await fixture.client();
      client.send("GET / HTTP/1.1", "Host: h", "", "");
      const backend = await fixture.backend.accept();
      await backend.takeHead();
      if (moment !== "before the answer") {
        backend.send("HTTP/1.1 200 OK", "Content-Length: 100", "", "part");
        await client.take(/part$/);
      }
      expect(fixture.open).toBe(1);
      client.socket.destroy();
      await backend.untilClosed();
      await waitFor("the request to be over", () => fixture.open === 0);
    },
  );

  test("a client that hangs up in the middle of an upload ends it", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 100", "", "part");
    const backend = await fixture.backend.accept();
    await backend.take(/part$/);
    client.socket.destroy();
    await backend.untilClosed();
    await waitFor("the request to be over", () => fixture.open === 0);
  });

  test.each([
    ["of known length", "Content-Length: 100", "part"],
    ["in chunks", "Transfer-Encoding: chunked", "4\r\npart\r\n"],
  ])("a body %s that the backend breaks off never looks whole", async (_name, framing, body) => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 200 OK", framing, "", body);
    await client.take(/part/);
    backend.socket.destroy();
    await client.untilClosed();
    expect(client.received).not.toMatch(/0\r\n\r\n/);
    await waitFor("the request to be over", () => fixture.open === 0);
  });

  test("the gate is told when the client hangs up while it decides", async () => {
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
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    await waitFor("the question", () => fixture.heads.length === 1);
    client.socket.destroy();
    await waitFor("the abort", () => aborted);
    const other = await fixture.client();
    fixture.decide = async (head) => fixture.forward(head, { path: "/other" });
    other.send("GET / HTTP/1.1", "Host: h", "", "");
    expect(await (await fixture.backend.accept()).takeHead()).toMatch(/^GET \/other/);
  });

  test("an early answer to an upload passes, and the connection ends with the backend's", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 1000000", "", "part");
    const backend = await fixture.backend.accept();
    await backend.take(/part$/);
    backend.send("HTTP/1.1 413 Too Much", "Content-Length: 3", "Connection: close", "", "big");
    backend.socket.end();
    await client.take(/big$/);
    client.send("more");
    await client.untilClosed();
    await waitFor("the request to be over", () => fixture.open === 0);
  });

  test.each(["leaves", "stays"])(
    "an early answer to an upload ends both sides when the client %s, though the backend stays",
    async (side) => {
      await using fixture = await start();
      const clients: RawPeer[] = [];
      for (let count = 0; count < 20; count += 1) {
        const client = await fixture.client();
        clients.push(client);
        client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 1000000", "", "part");
        const backend = await fixture.backend.accept();
        await backend.take(/part$/);
        backend.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
        await client.take(/ok$/);
        if (side === "leaves") client.socket.destroy();
      }
      await waitFor("the backend's sockets to close", () =>
        fixture.backend.peers.every(({ closed }) => closed),
      );
      await waitFor("the clients' sockets to end", () =>
        clients.every(({ ended, closed }) => ended || closed),
      );
      expect(fixture.open).toBe(0);
    },
  );

  test("an early answer arrives whole while the client is still sending", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.socket.pause();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 100000000", "", "part");
    const backend = await fixture.backend.accept();
    await backend.take(/part$/);
    backend.send("HTTP/1.1 413 Too Much", "Content-Length: 100000", "", "x".repeat(100_000));
    await waitFor("the exchange to be over", () => fixture.open === 0);
    for (let count = 0; count < 20; count += 1) {
      await new Promise((resolve) => client.socket.write(Buffer.alloc(100_000), resolve));
    }
    client.socket.resume();
    await client.take(/\r\n\r\nx{100000}$/);
    await waitFor("the answer's end", () => client.ended || client.closed);
  });

  test("what is pipelined behind an upload that was answered early reaches no backend", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("POST / HTTP/1.1", "Host: h", "Content-Length: 8", "", "part");
    const backend = await fixture.backend.accept();
    await backend.take(/part$/);
    backend.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
    await client.take(/ok$/);
    await waitFor("the half-close", () => client.ended);
    client.send("restGET /behind HTTP/1.1", "Host: h", "", "");
    await client.untilClosed();
    expect(fixture.heads.map(({ target }) => target)).toEqual(["/"]);
  });

  test("connections reset at any moment leave the engine serving", async () => {
    await using fixture = await start();
    const whole = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
    for (let length = 0; length <= whole.length; length += 4) {
      const client = await fixture.client();
      client.send(whole.slice(0, length));
      client.reset();
    }
    await waitFor("all to be over", () => fixture.open === 0);
    const taken = fixture.backend.peers.length;
    const client = await fixture.client();
    client.send("GET /alive HTTP/1.1", "Host: h", "", "");
    const alive = await waitFor("the last request", () =>
      fixture.backend.peers.slice(0).find(({ received }) => received.startsWith("GET /alive")),
    );
    alive.send("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
    await client.takeHead();
    expect(taken).toBeLessThan(20);
  });
}
