import { once } from "node:events";
import { type AddressInfo, connect as connectPlain, createServer } from "node:net";
import { Duplex } from "node:stream";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import type { ClientConnection } from "../../../proxy/entrance/client-connection.ts";
import { TlsStep, type TlsStepOptions } from "../../../proxy/entrance/tls-step.ts";
import { Figures } from "../../../proxy/figures/figures.ts";
import { readCertificate } from "../../../proxy/tls/certificate.ts";
import { CertificateShelf } from "../../../proxy/tls/certificate-shelf.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { aCertificate } from "../../harness/test-certificates.ts";
import { waitFor } from "../../harness/wait-for.ts";

/** A listener before the step, as the entrance is, which may read a few bytes first. */
async function startStep({
  names = [["a.example", "*.a.example"]],
  readFirst = 0,
  ...options
}: Partial<TlsStepOptions> & { names?: string[][]; readFirst?: number } = {}) {
  const pairs = await Promise.all(names.map((each) => aCertificate(each)));
  const shelf = new CertificateShelf();
  shelf.put(pairs.map(readCertificate));
  const served: ClientConnection[] = [];
  const { log, lines } = recordingLog();
  const figures = new Figures();
  const step = new TlsStep(
    { log, figures, shelf, serve: (client) => served.push(client) },
    { handshakeTimeoutMs: 10_000, protocols: ["http/1.1"], ...options },
  );
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on("error", () => undefined);
    for (let read = 0; read < readFirst; read += 1) {
      while (socket.read(1) === null) await once(socket, "readable");
    }
    step.accept({ socket, peerAddress: "192.0.2.7", secure: false });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ca = pairs.map(({ chain }) => chain);
  return {
    port,
    shelf,
    served,
    refused: () => figures.refusedConnections.get("tls"),
    lines,
    step,
    dial: (changes: ConnectionOptions = {}) =>
      connect({ host: "127.0.0.1", port, ca, servername: "x.a.example", ...changes }),
    openSockets: () =>
      new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
    async [Symbol.asyncDispose]() {
      step.close();
      for (const { socket } of served) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

type Step = Awaited<ReturnType<typeof startStep>>;

async function shaken(step: Step, changes: ConnectionOptions = {}): Promise<TLSSocket> {
  const client = step.dial(changes);
  client.on("error", () => undefined);
  await once(client, "secureConnect");
  return client;
}

test("a client that has shaken hands is handed over, secure, with the address it came with", async () => {
  await using step = await startStep();
  const client = await shaken(step, { ALPNProtocols: ["h2", "http/1.1"] });
  expect(client.alpnProtocol).toBe("http/1.1");
  expect(client.authorized).toBe(true);
  const served = await waitFor("the client", () => step.served[0]);
  expect(served).toMatchObject({ peerAddress: "192.0.2.7", secure: true });
  client.write("ping");
  const [heard] = await once(served.socket, "data");
  served.socket.end(`${heard} pong`);
  expect(String((await once(client, "data"))[0])).toBe("ping pong");
  client.end();
});

test("what was read ahead and put back is not lost, and what was taken is not missed", async () => {
  await using step = await startStep({ readFirst: 5 });
  const raw = connectPlain(step.port, "127.0.0.1");
  await once(raw, "connect");
  raw.write("PROXY");
  const client = step.dial({ socket: raw });
  await once(client, "secureConnect");
  client.write("hello");
  const served = await waitFor("the client", () => step.served[0]);
  expect(String((await once(served.socket, "data"))[0])).toBe("hello");
  client.destroy();
});

test("a client gets the certificate of the name it asks for, without one the first", async () => {
  await using step = await startStep({
    names: [["first.example"], ["*.a.example"], ["special.a.example"]],
  });
  const subjectOf = async (servername: string) => {
    const client = await shaken(step, { servername, checkServerIdentity: () => undefined });
    const { subjectaltname } = client.getPeerCertificate();
    client.destroy();
    return subjectaltname;
  };
  expect(await subjectOf("x.a.example")).toBe("DNS:*.a.example");
  expect(await subjectOf("special.a.example")).toBe("DNS:special.a.example");
  expect(await subjectOf("unknown.example")).toBe("DNS:first.example");
  expect(await subjectOf("")).toBe("DNS:first.example");
});

test("a new certificate is served to new clients, and old ones stay", async () => {
  await using step = await startStep();
  const before = await shaken(step);
  const next = await aCertificate(["*.a.example"]);
  step.shelf.put([readCertificate(next)]);
  for (const servername of ["x.a.example", ""]) {
    const after = await shaken(step, {
      ca: [next.chain],
      servername,
      checkServerIdentity: () => undefined,
    });
    expect(after.getPeerCertificate().raw).not.toEqual(before.getPeerCertificate().raw);
    expect(after.authorized).toBe(true);
    after.destroy();
  }
  const served = step.served[0];
  before.write("still");
  expect(String((await once(served?.socket as TLSSocket, "data"))[0])).toBe("still");
  before.destroy();
});

test("a session is resumed by its ticket", async () => {
  await using step = await startStep();
  const first = step.dial();
  const [session] = await once(first, "session");
  first.destroy();
  const second = await shaken(step, { session });
  expect(second.isSessionReused()).toBe(true);
  second.destroy();
});

test("nothing older than TLS 1.2 is spoken, and no weak cipher", async () => {
  await using step = await startStep();
  for (const changes of [
    { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" },
    { ALPNProtocols: ["h2"] },
  ] as const) {
    const client = step.dial(changes as ConnectionOptions);
    const [error] = await once(client, "error");
    expect(String(error)).toMatch(/alert|SSL|version/i);
  }
  expect(step.served).toEqual([]);
});

test("a client that renegotiates is refused", async () => {
  await using step = await startStep();
  const client = await shaken(step, { maxVersion: "TLSv1.2" });
  client.renegotiate({}, () => undefined);
  expect(String((await once(client, "error"))[0])).toContain("no renegotiation");
});

test("a client that has said all still hears the answer", async () => {
  await using step = await startStep();
  const client = step.dial({ allowHalfOpen: true } as ConnectionOptions);
  client.end("last words");
  const served = await waitFor("the client", () => step.served[0]);
  served.socket.resume();
  await once(served.socket, "end");
  served.socket.end("answer");
  expect(String((await once(client, "data"))[0])).toBe("answer");
});

test("garbage, plain HTTP, half a handshake and a reset leave no socket behind", async () => {
  await using step = await startStep();
  const garbage = [
    "GET / HTTP/1.1\r\n\r\n",
    Buffer.alloc(64, 0x16),
    Buffer.from("160301ffff01", "hex"),
  ];
  for (const bytes of garbage) {
    const socket = connectPlain(step.port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => undefined);
    socket.end(bytes);
  }
  for (let count = 0; count < 20; count += 1) {
    const socket = connectPlain(step.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(Buffer.from("16030100", "hex"));
    socket.resetAndDestroy();
  }
  await waitFor("no socket", async () => (await step.openSockets()) === 0);
  expect(step.served).toEqual([]);
  expect(step.refused()).toBeGreaterThanOrEqual(garbage.length);
});

test("a handshake that dribbles on is cut off at its time limit, and one that is done is not", async () => {
  await using step = await startStep({ handshakeTimeoutMs: 300 });
  const done = await shaken(step);
  const slow = connectPlain(step.port, "127.0.0.1");
  slow.on("error", () => undefined);
  await once(slow, "connect");
  const dribble = setInterval(() => slow.write(Buffer.from("16", "hex")), 20);
  await once(slow, "close");
  clearInterval(dribble);
  const silent = connectPlain(step.port, "127.0.0.1");
  await once(silent, "connect");
  silent.resume();
  await once(silent, "close");
  await waitFor("both to be counted", () => step.refused() === 2);
  expect(done.destroyed).toBe(false);
  done.destroy();
});

test("a client that is cut off at its time limit is counted once", async () => {
  await using step = await startStep({ handshakeTimeoutMs: 100 });
  const silent = connectPlain(step.port, "127.0.0.1");
  silent.resume();
  await once(silent, "close");
  await waitFor("it to be told", () => step.lines.some((line) => line.includes("no TLS")));
  expect(step.refused()).toBe(1);
});

test("a client that breaks TLS after its handshake is gone at once", async () => {
  await using step = await startStep();
  const raw = connectPlain(step.port, "127.0.0.1");
  const client = step.dial({ socket: Duplex.from({ readable: raw, writable: raw }) });
  client.on("error", () => undefined);
  await once(client, "secureConnect");
  const served = await waitFor("the client", () => step.served[0]);
  served.socket.resume();
  raw.write(Buffer.from("1703030020".padEnd(74, "0"), "hex"));
  await waitFor("the end", () => served.socket.destroyed);
  await waitFor("no socket", async () => (await step.openSockets()) === 0);
});

test("without a certificate clients are turned away", async () => {
  await using step = await startStep({ names: [] });
  const client = step.dial();
  await once(client, "error");
  expect(await step.openSockets()).toBe(0);
  expect(step.refused()).toBe(1);
});

test("closing the step ends handshakes and leaves clients alone", async () => {
  await using step = await startStep();
  const done = await shaken(step);
  const shaking = connectPlain(step.port, "127.0.0.1");
  await once(shaking, "connect");
  shaking.resume();
  await waitFor("both", async () => (await step.openSockets()) === 2);
  const closed = once(shaking, "close");
  await waitFor("the handshake to end", () => {
    step.step.close();
    return shaking.destroyed || shaking.readableEnded;
  });
  shaking.end();
  await closed;
  expect(done.destroyed).toBe(false);
  done.destroy();
});
