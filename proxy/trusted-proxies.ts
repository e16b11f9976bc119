import { BlockList, isIP } from "node:net";

/** Tells the addresses whose X-Forwarded-* are believed. */
export interface TrustedProxies {
  trusts(address: string): boolean;
}

/** From addresses and CIDRs, both families. */
export function trustedProxiesOf(cidrs: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const cidr of cidrs) addTo(list, cidr);
  return {
    trusts(address) {
      if (cidrs.length === 0) return false;
      const family = familyOf(address);
      return family !== undefined && list.check(address, family);
    },
  };
}

function addTo(list: BlockList, cidr: string): void {
  const [address = "", prefix, ...rest] = cidr.split("/");
  const family = familyOf(address);
  const bits = prefix === undefined || /^\d{1,3}$/.test(prefix) ? Number(prefix ?? -1) : Number.NaN;
  const maxBits = family === "ipv4" ? 32 : 128;
  if (family === undefined || rest.length > 0 || Number.isNaN(bits) || bits > maxBits) {
    throw new RangeError(`"${cidr}" is not a trusted proxy: expected an IP address or a CIDR`);
  }
  if (bits < 0) list.addAddress(address, family);
  else list.addSubnet(address, bits, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  switch (isIP(address)) {
    case 4:
      return "ipv4";
    case 6:
      return "ipv6";
    default:
      return undefined;
  }
}
