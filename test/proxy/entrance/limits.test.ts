import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { ownerOfAddress } from "../../../src/shared/addresses.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { connectRaw, RawPeer } from "../harness/raw-peer.ts";
import { binaryHeader, ipv4Addresses, ipv6Addresses } from "./proxy-headers.ts";
import { startTestEntrance } from "./test-entrance.ts";

const LOOPBACK = ["127.0.0.1"];

function connectFrom(localAddress: string, port: number): RawPeer {
  return new RawPeer(connect({ host: "127.0.0.1", port, localAddress }));
}

describe("a limit on connections", () => {
  test("of one address closes what is too much at once, and counts it", async () => {
    using entrance = await startTestEntrance({ maxConnectionsPerAddress: 2 });
    const [first] = [await connectRaw(entrance.port), await connectRaw(entrance.port)];
    await waitFor("both", () => entrance.connections.length === 2);
    const third = await connectRaw(entrance.port);
    await third.untilClosed();
    expect(entrance.figures.refusedConnections.get("too-many-of-address")).toBe(1);
    connectFrom("127.0.0.2", entrance.port);
    await waitFor("a neighbour", () => entrance.connections.length === 3);
    first?.socket.destroy();
    entrance.connections[0]?.socket.destroy();
    await waitFor("its end", () => entrance.clients.open === 2);
    await connectRaw(entrance.port);
    await waitFor("another", () => entrance.connections.length === 4);
    expect(entrance.figures.refusedConnections.get("too-many-of-address")).toBe(1);
  });

  test("in all does so, too", async () => {
    using entrance = await startTestEntrance({ maxConnections: 1 });
    await connectRaw(entrance.port);
    await waitFor("the first", () => entrance.connections.length === 1);
    await (await connectRaw(entrance.port)).untilClosed();
    expect(entrance.figures.refusedConnections.get("too-many")).toBe(1);
    expect(entrance.connections).toHaveLength(1);
  });

  test("does not hold for a trusted front proxy", async () => {
    using entrance = await startTestEntrance({ maxConnectionsPerAddress: 1 }, LOOPBACK);
    for (let count = 0; count < 3; count += 1) await connectRaw(entrance.port);
    await waitFor("all three", () => entrance.connections.length === 3);
  });

  test("counts the client behind a front proxy, not the front proxy", async () => {
    using entrance = await startTestEntrance(
      { maxConnectionsPerAddress: 1, proxyHeaderTimeoutMs: 10_000 },
      LOOPBACK,
    );
    const come = async (client: readonly number[]) => {
      const peer = await connectRaw(entrance.port);
      peer.socket.write(binaryHeader({ payload: ipv4Addresses(client) }));
      return peer;
    };
    await come([203, 0, 113, 7]);
    await come([203, 0, 113, 8]);
    await waitFor("both clients", () => entrance.connections.length === 2);
    await (await come([203, 0, 113, 8])).untilClosed();
    expect(entrance.connections).toHaveLength(2);
  });

  test("counts an IPv6 network as one client", async () => {
    using entrance = await startTestEntrance(
      { maxConnectionsPerAddress: 1, proxyHeaderTimeoutMs: 10_000 },
      LOOPBACK,
    );
    const come = async (hex: string) => {
      const peer = await connectRaw(entrance.port);
      peer.socket.write(binaryHeader({ family: 0x21, payload: ipv6Addresses(hex) }));
      return peer;
    };
    await come("20010db8000000010000000000000001");
    await waitFor("the first", () => entrance.connections.length === 1);
    await (await come("20010db8000000010000000000000002")).untilClosed();
    await come("20010db8000000020000000000000001");
    await waitFor("the other network", () => entrance.connections.length === 2);
  });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::6", "2001:db8:0:0"],
  ["2001:DB8:0:1::", "2001:db8:0:1"],
  ["::1", "0:0:0:0"],
  ["64:ff9b::1.2.3.4", "64:ff9b:0:0"],
  ["", ""],
])("the address %s belongs to %s", (address, owner) => {
  expect(ownerOfAddress(address)).toBe(owner);
});

test("what passes is counted in bytes, while it is open and after", async () => {
  using entrance = await startTestEntrance();
  const peer = await connectRaw(entrance.port);
  const connection = await waitFor("the client", () => entrance.connections[0]);
  connection.socket.resume();
  peer.send("12345");
  await waitFor("the bytes", () => entrance.clients.bytes().in === 5);
  connection.socket.end("123");
  await peer.take(/^123$/);
  peer.socket.end();
  await waitFor("the end", () => entrance.clients.open === 0);
  expect(entrance.clients).toMatchObject({ open: 0, accepted: 1 });
  expect(entrance.clients.bytes()).toEqual({ in: 5, out: 3 });
});
