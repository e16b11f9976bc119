import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "../../../../scripts/free-port.ts";
import { waitFor } from "../../../harness/wait-for.ts";
import { Link } from "./link.ts";
import { OPEN } from "./link-state.ts";

/** Says its name to each who connects, and then says back what it hears. */
async function echoServer(name: string) {
  const port = await freePort();
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => {}));
    socket.write(name);
    socket.pipe(socket);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}

async function dialler(port: number) {
  const socket = connect(port, "127.0.0.1");
  const seen = { text: "", closed: false };
  socket.on("data", (data) => {
    seen.text += data;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    seen.closed = true;
  });
  await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {});
  return { socket, seen, [Symbol.dispose]: () => void socket.destroy() };
}

async function stage() {
  const [a, b] = [await echoServer("a"), await echoServer("b")];
  const ends = [{ port: a.port }, { port: b.port }] as const;
  const port = await freePort();
  const link = await Link.open({ port }, ends);
  return {
    ...{ a, b, ends, link, port },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      a.close();
      b.close();
    },
  };
}

test("an open link gives its endpoints in turn, and passes over one that refuses", async () => {
  await using s = await stage();
  const met: string[] = [];
  for (let n = 0; n < 4; n++) {
    if (n === 2) s.a.close();
    using client = await dialler(s.port);
    await waitFor("a name", () => client.seen.text !== "");
    met.push(client.seen.text);
  }
  expect(met).toEqual(["a", "b", "b", "b"]);
});

test("a hole gives later, in order, what was sent into it", async () => {
  await using s = await stage();
  using client = await dialler(s.port);
  await waitFor("a name", () => client.seen.text === "a");
  s.link.set({ kind: "hole", holds: { up: true, down: true } });
  client.socket.write("1");
  client.socket.write("2");
  using late = await dialler(s.port);
  await expect(waitFor("an answer", () => client.seen.text !== "a", 200)).rejects.toThrow("waited");
  expect(late.seen.text).toBe("");
  s.link.set(OPEN);
  await waitFor("what was held", () => client.seen.text === "a12");
  await waitFor("the connection of meanwhile", () => late.seen.text !== "");
});

test("a deaf link passes what comes down, and holds what goes up", async () => {
  await using s = await stage();
  using client = await dialler(s.port);
  await waitFor("a name", () => client.seen.text === "a");
  client.socket.write("before");
  await waitFor("an echo", () => client.seen.text === "abefore");
  s.link.set({ kind: "hole", holds: { up: true, down: false } });
  client.socket.write("held");
  await expect(waitFor("an echo", () => client.seen.text.endsWith("held"), 200)).rejects.toThrow(
    "waited",
  );
});

test("a cut link resets what is open and what is tried, until it is mended", async () => {
  await using s = await stage();
  using client = await dialler(s.port);
  await waitFor("a name", () => client.seen.text === "a");
  s.link.set({ kind: "cut" });
  await waitFor("the reset", () => client.seen.closed);
  using refused = await dialler(s.port);
  await waitFor("the refusal", () => refused.seen.closed);
  expect(refused.seen.text).toBe("");
  s.link.set(OPEN);
  using again = await dialler(s.port);
  await waitFor("a name", () => again.seen.text !== "");
});

test("one endpoint can be cut off while the other is reached", async () => {
  await using s = await stage();
  s.link.set({ kind: "cut" }, s.ends[0]);
  for (let n = 0; n < 3; n++) {
    using client = await dialler(s.port);
    await waitFor("a name", () => client.seen.text === "b");
  }
});

test("a slow link delays each byte and keeps their order", async () => {
  await using s = await stage();
  using client = await dialler(s.port);
  await waitFor("a name", () => client.seen.text === "a");
  s.link.set({ kind: "slow", latencyMs: 100, bytesPerSecond: 100_000 });
  const began = performance.now();
  client.socket.write("x".repeat(10_000));
  await waitFor("the echo", () => client.seen.text.length === 10_001);
  // There and back at this latency, and through two directions of this width.
  expect(performance.now() - began).toBeGreaterThan(390);
});
