import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { plainAddress } from "../../src/shared/addresses.ts";

/**
 * The PROXY protocol, by which a front proxy that passes bytes on says who is at the other end:
 * https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, both forms.
 */
export type ProxyHeader =
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly problem: string }
  | {
      readonly kind: "header";
      /** In bytes; what follows is the client's own. */
      readonly length: number;
      /** Undefined if the front proxy speaks for itself or does not know: then its own counts. */
      readonly client: string | undefined;
    };

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const FIXED_BYTES = 16;
/** An address and all that proxies are known to say besides; more is not worth holding. */
const MAX_BYTES = 4_096;

const TEXT_START = Buffer.from("PROXY ", "latin1");
/** The longest line of the text form, its end included. */
const MAX_TEXT_BYTES = 107;

/** Reads the header at the beginning of what a connection has sent so far. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAs(bytes, SIGNATURE)) return parseBinary(bytes);
  if (startsAs(bytes, TEXT_START)) return parseText(bytes);
  return malformed("no PROXY header");
}

/** Whether the bytes begin with the mark, as far as they have come. */
function startsAs(bytes: Buffer, mark: Buffer): boolean {
  const length = Math.min(bytes.length, mark.length);
  return bytes.subarray(0, length).equals(mark.subarray(0, length));
}

const LOCAL = 0x20;
const PROXY = 0x21;
/** Bytes of the two addresses and ports, by address family and transport. */
const ADDRESS_BYTES = new Map([
  [0x00, 0],
  [0x11, 12],
  [0x21, 36],
  [0x31, 216],
]);

function parseBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < FIXED_BYTES) return INCOMPLETE;
  const command = bytes.readUInt8(12);
  const length = FIXED_BYTES + bytes.readUInt16BE(14);
  if (command !== LOCAL && command !== PROXY) return malformed("unknown version or command");
  if (length > MAX_BYTES) return malformed("too long");
  const header = { kind: "header", length, client: undefined } as const;
  if (command === LOCAL) return bytes.length < length ? INCOMPLETE : header;
  const family = bytes.readUInt8(13);
  const addressBytes = ADDRESS_BYTES.get(family);
  if (addressBytes === undefined) return malformed("not a stream of a known family");
  if (FIXED_BYTES + addressBytes > length) return malformed("too short for its addresses");
  if (bytes.length < length) return INCOMPLETE;
  const payload = bytes.subarray(FIXED_BYTES, length);
  // Without a family, what follows has no form.
  const isSound = family === 0 || isWholeList(payload.subarray(addressBytes));
  if (!isSound) return malformed("its extensions do not fill it");
  return { ...header, client: clientAddress(family, payload) };
}

/** Extensions are a type, a length of two bytes, and so many bytes. */
function isWholeList(bytes: Buffer): boolean {
  let at = 0;
  while (at + 3 <= bytes.length) at += 3 + bytes.readUInt16BE(at + 1);
  return at === bytes.length;
}

function clientAddress(family: number, addresses: Buffer): string | undefined {
  if (family === 0x11) return [...addresses.subarray(0, 4)].join(".");
  if (family !== 0x21) return undefined;
  const groups = [...Array(8).keys()].map((at) => addresses.readUInt16BE(at * 2).toString(16));
  return canonical(groups.join(":"));
}

function parseText(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_TEXT_BYTES).indexOf("\r\n");
  if (end < 0) return bytes.length < MAX_TEXT_BYTES ? INCOMPLETE : malformed("no end of line");
  const line = bytes.toString("latin1", 0, end);
  const length = end + 2;
  if (/^PROXY UNKNOWN( |$)/.test(line)) return { kind: "header", length, client: undefined };
  const [, family, source, target, ...ports] = line.split(" ");
  if (!isOfFamily(source, family) || !isOfFamily(target, family)) {
    return malformed("not two addresses of its family");
  }
  if (ports.length !== 2 || !ports.every(isPort)) return malformed("not two ports");
  return { kind: "header", length, client: canonical(source) };
}

function isOfFamily(address: string | undefined, family: string | undefined): address is string {
  if (address === undefined) return false;
  if (family === "TCP4") return isIPv4(address);
  return family === "TCP6" && isIPv6(address) && !address.includes("%");
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** One way to write an address, so that it can be counted. */
function canonical(address: string): string {
  if (isIPv4(address)) return address;
  return plainAddress(new SocketAddress({ family: "ipv6", address }).address);
}

const INCOMPLETE: ProxyHeader = { kind: "incomplete" };

function malformed(problem: string): ProxyHeader {
  return { kind: "malformed", problem };
}
