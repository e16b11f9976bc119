import { expect, test } from "vitest";
import { binaryHeader } from "./entrance/proxy-headers.ts";
import { HOST, startFixture } from "./harness/proxy-fixture.ts";
import { connectRaw } from "./harness/raw-peer.ts";
import { TOKEN } from "./harness/scripted-controller.ts";

const BEHIND = { proxyProtocol: true, trustedProxies: ["127.0.0.1"] };
const REQUEST = `GET /${TOKEN}/ HTTP/1.1\r\nHost: ${HOST}\r\n`;
const FORGED = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n";

test("a backend is told the client of a PROXY header, whose own X-Forwarded are not believed", async () => {
  await using fixture = await startFixture(BEHIND);
  const peer = await connectRaw(fixture.port);
  peer.socket.write(Buffer.concat([binaryHeader(), Buffer.from(`${REQUEST}${FORGED}\r\n`)]));
  await peer.takeHead();
  const first = await peer.take(/"body":""}/);
  expect(first).toContain(`"x-forwarded-for":"203.0.113.7"`);
  expect(first).toContain(`"x-forwarded-proto":"http"`);
  peer.send(`${REQUEST}\r\n`);
  await peer.takeHead();
  expect(await peer.take(/"body":""}/)).toContain(`"x-forwarded-for":"203.0.113.7"`);
  peer.socket.destroy();
});

test("a WebSocket whose head comes together with the PROXY header opens", async () => {
  await using fixture = await startFixture(BEHIND);
  const peer = await connectRaw(fixture.port);
  const upgrade = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ].join("\r\n");
  const head = Buffer.from(`${REQUEST}${upgrade}\r\n\r\n`);
  const masked = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  peer.socket.write(Buffer.concat([binaryHeader(), head, masked]));
  expect(await peer.takeHead()).toMatch(/^HTTP\/1.1 101 /);
  expect(await peer.take(/hi$/)).toBe("\x81\x02hi");
  peer.socket.destroy();
});

test("a proxy that expects PROXY headers answers nobody without one", async () => {
  await using fixture = await startFixture(BEHIND);
  const peer = await connectRaw(fixture.port);
  peer.send(`${REQUEST}\r\n`);
  await peer.untilClosed();
  expect(peer.received).toBe("");
});
