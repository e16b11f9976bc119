import fc from "fast-check";
import { expect, test } from "vitest";
import { nextAddress } from "../../../../drone/runtime/docker/next-address.ts";

const none: ReadonlySet<string> = new Set();

/** The addresses of so many searches, each going on where the one before has ended. */
function walk(subnet: string, taken: ReadonlySet<string>, start: number, count: number): string[] {
  const addresses: string[] = [];
  let cursor = start;
  for (let n = 0; n < count; n++) {
    const found = nextAddress({ subnet, taken }, cursor);
    if (found === undefined) break;
    addresses.push(found.address);
    cursor = found.cursor;
  }
  return addresses;
}

test.each([
  ["172.18.0.0/16", 0, "172.18.0.2"],
  ["172.18.0.0/16", 254, "172.18.1.0"],
  ["172.18.0.0/16", 65_533, "172.18.0.1"],
  ["192.168.240.0/20", 4_092, "192.168.255.254"],
  ["192.168.240.0/20", 4_093, "192.168.240.1"],
  ["240.0.0.0/30", 0, "240.0.0.2"],
])("on %s, after place %i comes %s", (subnet, cursor, address) => {
  expect(nextAddress({ subnet, taken: none }, cursor)?.address).toBe(address);
});

test.each(["10.0.0.0/31", "10.0.0.0/32", "fd00::/64", "10.0.0.0", "10.0.0.0/x", ""])(
  "%j has no host address to give",
  (subnet) => {
    expect(nextAddress({ subnet, taken: none }, 7)).toBeUndefined();
  },
);

const prefix = fc.integer({ min: 20, max: 30 });
const start = fc.nat(2 ** 32 - 1);

test("no address comes back before all the others of the subnet have been given", () => {
  fc.assert(
    fc.property(prefix, start, (bits, cursor) => {
      const hosts = 2 ** (32 - bits) - 2;
      const addresses = walk(`10.1.16.0/${bits}`, none, cursor, 2 * hosts);
      expect(new Set(addresses.slice(0, hosts)).size).toBe(hosts);
      expect(addresses.slice(hosts)).toEqual(addresses.slice(0, hosts));
      expect(addresses).not.toContain("10.1.16.0");
    }),
    { numRuns: 30 },
  );
});

test("what is taken is never given, and all the rest is", () => {
  const places = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(places, start, (hosts, cursor) => {
      const taken = new Set(hosts.map((host) => `10.0.0.${host}`));
      const given = new Set(walk("10.0.0.0/27", taken, cursor, 60));
      expect(given.size).toBe(30 - taken.size);
      for (const address of given) expect(taken).not.toContain(address);
    }),
  );
});
