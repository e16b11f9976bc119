import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

export function isOwnAddress(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return address.startsWith("127.") || own.some((each) => each.address === address);
}

/** Of a URL: `localhost`, or an address of this machine. Other names may be anybody's. */
export function isOwnHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || (isIP(host) !== 0 && isOwnAddress(host));
}
