import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProxyHeader } from "../../../proxy/entrance/proxy-protocol.ts";
import { binaryHeader, ipv4Addresses, ipv6Addresses } from "./proxy-headers.ts";

const REST = Buffer.from("GET / HTTP/1.1\r\n\r\n");
const text = (line: string) => Buffer.from(line, "latin1");
const extension = Buffer.from([0x04, 0x00, 0x02, 0xaa, 0xbb]);

function parsed(header: Buffer) {
  const result = parseProxyHeader(Buffer.concat([header, REST]));
  if (result.kind === "header") expect(result.length).toBe(header.length);
  return result;
}

describe("a PROXY header", () => {
  test.each<[string, Buffer, string | undefined]>([
    ["of IPv4", binaryHeader(), "203.0.113.7"],
    [
      "of IPv6",
      binaryHeader({ family: 0x21, payload: ipv6Addresses("20010db8000000000000000000000007") }),
      "2001:db8::7",
    ],
    [
      "of IPv4 in IPv6",
      binaryHeader({ family: 0x21, payload: ipv6Addresses("00000000000000000000ffffcb007107") }),
      "203.0.113.7",
    ],
    [
      "with extensions",
      binaryHeader({ payload: Buffer.concat([ipv4Addresses(), extension, extension]) }),
      "203.0.113.7",
    ],
    ["of a Unix socket", binaryHeader({ family: 0x31, payload: Buffer.alloc(216) }), undefined],
    ["of nobody known", binaryHeader({ family: 0, payload: Buffer.alloc(0) }), undefined],
    [
      "of nobody known, with more",
      binaryHeader({ family: 0, payload: Buffer.alloc(7) }),
      undefined,
    ],
    ["of the proxy itself", binaryHeader({ command: 0x20 }), undefined],
    [
      "of the proxy itself, with anything",
      binaryHeader({ command: 0x20, family: 0xff, payload: Buffer.alloc(9, 9) }),
      undefined,
    ],
    ["in text", text("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n"), "203.0.113.7"],
    ["in text of IPv6", text("PROXY TCP6 2001:DB8:0::7 ::1 0 65535\r\n"), "2001:db8::7"],
    ["in text of nobody known", text("PROXY UNKNOWN\r\n"), undefined],
    ["in text of nobody known, with more", text("PROXY UNKNOWN ff ff 1 2\r\n"), undefined],
  ])("%s says who the client is, and where it ends", (_what, header, client) => {
    expect(parsed(header)).toMatchObject({ kind: "header", client });
    for (let end = 0; end < header.length; end += 1) {
      expect(parseProxyHeader(header.subarray(0, end))).toEqual({ kind: "incomplete" });
    }
  });

  test.each<[string, Buffer]>([
    ["another version", binaryHeader({ command: 0x11 })],
    ["another command", binaryHeader({ command: 0x22 })],
    ["datagrams", binaryHeader({ family: 0x12 })],
    ["an unknown family", binaryHeader({ family: 0x41 })],
    ["addresses cut short", binaryHeader({ payload: Buffer.alloc(11) })],
    ["IPv6 in IPv4's room", binaryHeader({ family: 0x21, payload: ipv4Addresses() })],
    [
      "half an extension",
      binaryHeader({ payload: Buffer.concat([ipv4Addresses(), Buffer.alloc(2)]) }),
    ],
    [
      "an extension beyond its end",
      binaryHeader({ payload: Buffer.concat([ipv4Addresses(), Buffer.from([4, 0, 3, 1])]) }),
    ],
    ["too much", binaryHeader({ length: 4_081 })],
    ["IPv6 called IPv4", text("PROXY TCP4 ::1 ::1 1 2\r\n")],
    ["IPv4 called IPv6", text("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")],
    ["a zone", text("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")],
    ["no ports", text("PROXY TCP4 1.2.3.4 1.2.3.4\r\n")],
    ["a port too high", text("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")],
    ["a port with a zero before it", text("PROXY TCP4 1.2.3.4 1.2.3.4 1 02\r\n")],
    ["a word too many", text("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")],
    ["two spaces", text("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n")],
    ["an unknown family in text", text("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n")],
    ["no end of line", text(`PROXY TCP4 ${"1".repeat(200)}`)],
    ["HTTP", text("POST / HTTP/1.1\r\n\r\n")],
    ["small letters", text("proxy UNKNOWN\r\n")],
    ["TLS", Buffer.from([0x16, 0x03, 0x01, 0x00])],
    ["a signature with a fault", Buffer.from("0d0a0d0a000d0a515549540b", "hex")],
  ])("with %s is malformed", (_what, bytes) => {
    expect(parsed(bytes).kind).toBe("malformed");
  });

  test("says the same however it is cut, and of any bytes nothing but that", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc
        .record({
          command: fc.constantFrom(0x20, 0x21, 0x22),
          family: fc.constantFrom(0, 0x11, 0x21, 0x31, 0x12),
          payload: fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
        })
        .map((header) => Buffer.concat([binaryHeader(header), REST])),
      fc.string({ maxLength: 120 }).map((line) => text(`PROXY TCP4 ${line}\r\n`)),
    );
    fc.assert(
      fc.property(bytes, (all) => {
        const whole = parseProxyHeader(all);
        const parts = [...Array(all.length + 1).keys()].map((end) =>
          parseProxyHeader(all.subarray(0, end)),
        );
        const decided = parts.filter(({ kind }) => kind !== "incomplete");
        for (const part of decided) expect(part).toEqual(whole);
        expect(parts.slice(parts.length - decided.length)).toEqual(decided);
        const { length = 0, client = "::" } = whole.kind === "header" ? whole : {};
        expect(length).toBeLessThanOrEqual(all.length);
        expect(isIPv4(client) || isIPv6(client)).toBe(true);
      }),
    );
  });

  test("carries any IPv4 client in both forms", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), (parts) => {
        const address = parts.join(".");
        const binary = parsed(binaryHeader({ payload: ipv4Addresses(parts) }));
        expect(binary).toMatchObject({ client: address });
        expect(parsed(text(`PROXY TCP4 ${address} 10.0.0.1 1 2\r\n`))).toMatchObject({
          client: address,
        });
      }),
    );
  });
});
