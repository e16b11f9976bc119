import { isIPv6, SocketAddress } from "node:net";

const NETWORK_GROUPS = 4;

/** Who has an address: for IPv6 the /64, since one machine has all of it (RFC 7934). */
export function ownerOfAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const canonical = new SocketAddress({ family: "ipv6", address }).address;
  return groupsOf(canonical).slice(0, NETWORK_GROUPS).join(":");
}

/** The groups of an address, its zeros written out; what is dotted stands beyond the network. */
function groupsOf(address: string): string[] {
  const [head = [], tail] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  if (tail === undefined) return head;
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return [...head, ...zeros, ...tail];
}

/** A dual-stack socket shows IPv4 peers as ::ffff:1.2.3.4. */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
