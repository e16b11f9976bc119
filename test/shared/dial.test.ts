import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { dial } from "../../src/shared/dial.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { TestClock } from "../harness/test-clock.ts";
import { waitFor } from "../harness/wait-for.ts";

const anything = {
  accepts: (_value: unknown): _value is { type: string } => true,
  explain: () => "",
};

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function dialled(url: string) {
  const clock = new TestClock();
  const { log, lines } = recordingLog();
  const link = dial(
    { clock, log },
    {
      url,
      bearer: "hak_x",
      inbound: anything,
      pingIntervalMs: 60_000,
      silenceLimitMs: 60_000,
      badMessageCode: 4401,
      backoff: { firstMs: 100, factor: 2, capMs: 1_000 },
      hello: () => ({ type: "hello" }),
      onWelcome: () => undefined,
      onMessage: () => undefined,
    },
  );
  onTestFinished(() => link[Symbol.asyncDispose]());
  return { clock, lines };
}

test("who is refused is told why, in the words of the peer", async () => {
  const error = {
    id: "x",
    code: "forbidden",
    message: "this needs a key of scope drone, not proxy",
  };
  const server = createServer();
  server.on("upgrade", (_request, socket) => {
    const body = JSON.stringify({ error });
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  const { lines } = dialled(await listening(server));
  const line = await waitFor("the refusal", () => lines.find((each) => each.includes("refused")));
  expect(JSON.parse(line)).toMatchObject({ problem: `refused with 403: ${error.message}` });
});

test("a peer that welcomes and hangs up at once is dialled ever more slowly", async () => {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.send('{"type":"welcome"}');
    socket.close(4409);
  });
  const { clock, lines } = dialled(await listening(server));
  const pauses = () =>
    lines.flatMap((line) => {
      const { retryMs } = JSON.parse(line);
      return typeof retryMs === "number" ? [retryMs] : [];
    });
  for (let tries = 1; tries <= 5; tries += 1) {
    await waitFor(`try ${tries}`, () => pauses().length === tries);
    await clock.advance(1_000);
  }
  const [first = 0, , , , fifth = 0] = pauses();
  expect(first).toBeLessThanOrEqual(100);
  expect(fifth).toBeGreaterThanOrEqual(500);
});
