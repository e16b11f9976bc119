import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import {
  answerOf,
  type EngineFixture,
  type StartEngineFixture,
} from "../harness/engine-fixture.ts";

const GET = ["GET /a HTTP/1.1", "Host: h", "", ""];
const UPGRADE = ["GET / HTTP/1.1", "Host: h", "Connection: Upgrade", "Upgrade: websocket", "", ""];
const OK = ["HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"];

/** A client that asks for `/a`, one request after another, in whatever protocol the engine speaks. */
export interface Asker {
  ask(): void;
  /** The body of the answer to what was asked last. */
  answer(): Promise<string>;
  hangUp(): void;
}

/** What every engine counts, and tells of each request. */
export function answerFigureConformance(
  start: StartEngineFixture,
  open: (fixture: EngineFixture) => Promise<Asker>,
): void {
  test("answers and connections to backends are counted, and what is told adds up", async () => {
    await using fixture = await start();
    const { figures, entries } = fixture;
    const client = await open(fixture);
    client.ask();
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...OK);
    expect(await client.answer()).toBe("ok");
    await waitFor("the entry", () => entries.length === 1);
    client.ask();
    await backend.takeHead();
    backend.send("HTTP/1.1 404 Not Found", "Content-Length: 200", "", "x".repeat(200));
    await client.answer();
    await waitFor("the second entry", () => entries.length === 2);
    expect(figures).toMatchObject({ upstreamConnects: 1, upstreamReuses: 1, upgradesOpen: 0 });
    expect([...figures.answersByStatus]).toEqual([
      [200, 1],
      [404, 1],
    ]);
    expect(figures.firstByteMs.total).toBe(2);
    expect(entries).toMatchObject([
      { status: 200, upgraded: false, head: { target: "/a" }, decision: { kind: "forward" } },
      { status: 404 },
    ]);
    for (const { startedMs, firstByteMs } of entries) {
      expect(firstByteMs).toBeGreaterThanOrEqual(startedMs);
    }
    const [short = 0, long = 0] = entries.map(({ bytesOut }) => bytesOut);
    expect(short).toBeGreaterThan(20);
    expect(long).toBeGreaterThan(short + 190);
    expect(long).toBeLessThan(500);
  });

  test("an answer of the proxy's own is counted, but not as a backend's first byte", async () => {
    await using fixture = await start();
    fixture.decide = async () => answerOf(410, "gone");
    const client = await open(fixture);
    client.ask();
    expect(await client.answer()).toBe("gone");
    await waitFor("the entry", () => fixture.entries.length === 1);
    expect(fixture.entries).toMatchObject([{ status: 410, decision: { kind: "answer" } }]);
    expect(fixture.entries[0]?.bytesOut).toBeGreaterThan(20);
    expect([...fixture.figures.answersByStatus]).toEqual([[410, 1]]);
    expect(fixture.figures.firstByteMs.total).toBe(0);
  });

  test("a backend that gives no answer is told of as what was answered in its place", async () => {
    await using fixture = await start();
    const client = await open(fixture);
    client.ask();
    (await fixture.backend.accept()).socket.destroy();
    expect(await client.answer()).toBe("broken-answer");
    await waitFor("the entry", () => fixture.entries.length === 1);
    expect(fixture.entries).toMatchObject([{ status: 502, decision: { kind: "forward" } }]);
    expect([...fixture.figures.answersByStatus]).toEqual([[502, 1]]);
    expect(fixture.figures.firstByteMs.total).toBe(0);
  });

  test("a client that leaves without an answer is told of with none", async () => {
    await using fixture = await start();
    const client = await open(fixture);
    client.ask();
    await (await fixture.backend.accept()).takeHead();
    client.hangUp();
    await waitFor("the entry", () => fixture.entries.length === 1);
    expect(fixture.entries).toMatchObject([{ status: 0, bytesOut: 0, firstByteMs: undefined }]);
    expect(fixture.figures.answersByStatus.size).toBe(0);
  });
}

async function openRawAsker(fixture: EngineFixture): Promise<Asker> {
  const client = await fixture.client();
  return {
    ask: () => client.send(...GET),
    async answer() {
      const length = /content-length: (\d+)/i.exec(await client.takeHead())?.[1];
      return await client.take(new RegExp(`^[^]{${length}}`));
    },
    hangUp: () => void client.socket.destroy(),
  };
}

/** What an engine of HTTP/1.1 counts besides. */
export function figureConformance(start: StartEngineFixture): void {
  answerFigureConformance(start, openRawAsker);

  test("an upgraded connection is counted while it is open, and told of at its end", async () => {
    await using fixture = await start();
    const { figures, entries } = fixture;
    const client = await fixture.client();
    client.send(...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket");
    backend.send("", "", "hello");
    await client.take(/hello$/);
    expect(figures).toMatchObject({ upgradesOpen: 1, upgrades: 1, upstreamConnects: 1 });
    expect(figures.firstByteMs.total).toBe(1);
    expect(entries).toEqual([]);
    client.socket.destroy();
    await waitFor("the entry", () => entries.length === 1);
    expect(entries).toMatchObject([{ status: 101, upgraded: true }]);
    expect(figures.upgradesOpen).toBe(0);
  });

  test("a refused upgrade is told of as what it was answered with", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send(...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 403 Forbidden", "Content-Length: 0", "", "");
    await client.takeHead();
    await waitFor("the entry", () => fixture.entries.length === 1);
    expect(fixture.entries).toMatchObject([{ status: 403, upgraded: false }]);
    expect(fixture.figures).toMatchObject({ upgrades: 0, upgradesOpen: 0 });
  });

  test("what is not HTTP is counted as malformed", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("NOT HTTP AT ALL", "", "");
    await client.takeHead();
    await client.untilClosed();
    expect(fixture.figures.malformedRequests).toBe(1);
    expect([...fixture.figures.answersByStatus]).toEqual([[400, 1]]);
  });
}
