const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** What may be given: the hosts of a subnet such as 172.18.0.0/16, but for those that are taken. */
interface AddressSpace {
  subnet: string;
  taken: ReadonlySet<string>;
}

/**
 * The first free host address after the cursor, which is any count from 0; the next search goes on
 * from the cursor it returns, and so comes back to an address only after all others. Neither the
 * subnet's first address (its name) nor its last (broadcast) is a host. Undefined if none is free.
 */
export function nextAddress(
  { subnet, taken }: AddressSpace,
  cursor: number,
): { address: string; cursor: number } | undefined {
  const [base = "", prefix = ""] = subnet.split("/");
  const network = toNumber(base);
  const hosts = 2 ** (32 - Number(prefix)) - 2;
  if (network === undefined || prefix === "" || !Number.isInteger(hosts)) return undefined;
  // Whatever is taken, one more step than that finds a free one.
  const steps = Math.min(hosts, taken.size + 1);
  for (let step = 1; step <= steps; step++) {
    const place = (cursor + step) % hosts;
    const address = toText(network + 1 + place);
    if (!taken.has(address)) return { address, cursor: place };
  }
  return undefined;
}

function toNumber(address: string): number | undefined {
  const octets = OCTETS.exec(address)?.slice(1).map(Number);
  return octets?.reduce((number, octet) => number * 256 + octet, 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
