import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openStream } from "../../harness/open-stream.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, runSpawn, type TestController } from "../a-controller.ts";

interface Client {
  socket: Socket;
  heard(): string;
  closed: Promise<unknown>;
}

async function dial({ controller }: TestController): Promise<Client> {
  const { hostname, port } = new URL(controller.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.on("data", (text) => {
    heard += text;
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  await once(socket, "connect");
  return { socket, heard: () => heard, closed };
}

const HEAD = "POST /v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

test("who sends slowly, or nothing at all, keeps no connection; who listens does", async () => {
  await using hangar = await aController({ requestTimeoutMs: 1_000 });
  await using _drone = await hangar.drone();
  await waitFor("a spawn", async () => {
    const { status } = await hangar.call("POST", "/v1/connect", { spawn: { image: "app" } });
    return status === 200;
  });
  const { url, keys } = hangar.controller;
  const listener = await openStream<{ status: string }>(`${url}/v1/events`, keys.admin);
  const slow = await Promise.all(
    [HEAD, `${HEAD}content-length: 100\r\n\r\n{"key":`, ""].map(async (sent) => {
      const client = await dial(hangar);
      client.socket.write(sent);
      return client;
    }),
  );
  await Promise.all(slow.map(({ closed }) => closed));
  for (const { heard } of slow.slice(0, 2)) {
    expect(heard()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(heard()).toContain('"code":"request-timeout"');
  }
  await hangar.call("POST", "/v1/connect", { spawn: { image: "app" } });
  await listener.next(1);
});

test.each([
  ["a head that is too large", `GET / HTTP/1.1\r\nx: ${"x".repeat(17_000)}`, "headers-too-large"],
  ["what is no HTTP", "HELO there\r\n\r\n", "invalid-request"],
])("%s is refused in the API's shape, and its connection ends", async (_what, sent, code) => {
  await using hangar = await aController();
  const { socket, heard, closed } = await dial(hangar);
  socket.write(sent);
  await closed;
  const [head, body] = heard().split("\r\n\r\n");
  expect(head).toContain("connection: close");
  expect(JSON.parse(body ?? "")).toMatchObject({ error: { code, id: expect.any(String) } });
});

test("more connections than there may be are closed at once, and the log says so once", async () => {
  await using hangar = await aController({ maxConnections: 3 });
  const open = await Promise.all([dial(hangar), dial(hangar), dial(hangar)]);
  const more = await Promise.all([dial(hangar), dial(hangar)]);
  await Promise.all(more.map(({ closed }) => closed));
  const told = hangar.logLines.filter((line) => line.includes("accepting connections fails"));
  expect(told).toHaveLength(1);
  open[0]?.socket.destroy();
  await waitFor("room for another", async () => {
    const health = await hangar.call("GET", "/health").catch(() => undefined);
    return health?.status === 200;
  });
});

test("however many listen, other requests find a connection", async () => {
  await using hangar = await aController({ maxConnections: 8 });
  await using drone = await hangar.drone();
  await waitFor("a spawn", async () => {
    const { status } = await hangar.call("POST", "/v1/connect", { spawn: { image: "app" } });
    return status === 200;
  });
  const id = await runSpawn(drone);
  const { url, keys } = hangar.controller;
  const paths = [
    `/v1/backends/${id}/status/stream`,
    `/pub/b/${id}/status-stream`,
    `/v2/backend/${id}/status/stream`,
    "/v1/events",
  ];
  const streams = [];
  for (const path of paths) streams.push(await openStream(url + path, keys.admin));
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const path of paths) {
    const refused = await hangar.call("GET", path);
    expect(refused, path).toMatchObject({ status: 503 });
    expect(JSON.stringify(refused.body)).toContain("4 streams open already");
  }
  expect((await hangar.call("GET", "/v1/drones")).status).toBe(200);
  streams[0]?.close();
  await waitFor("room for another", async () => {
    const again = await openStream(url + paths[0], keys.admin);
    return again.status === 200;
  });
});
