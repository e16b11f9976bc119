import { isIPv6, SocketAddress } from "node:net";
import { count } from "../../src/shared/figures/count.ts";
import type { Figures } from "../figures/figures.ts";
import { plainAddress, type TrustedProxies } from "../trusted-proxies.ts";
import { admit } from "./admit.ts";
import type { ClientConnection, Serve } from "./client-connection.ts";
import type { Quota } from "./quota.ts";

export interface AddressLimitDeps {
  trusted: TrustedProxies;
  figures: Pick<Figures, "refusedConnections">;
}

/**
 * Serves a client unless too much is open from its address already. Front proxies that are trusted have
 * no limit of their own: many clients come by them.
 */
export function limitAddresses(
  { trusted, figures }: AddressLimitDeps,
  quota: Quota,
  serve: Serve,
): Serve {
  return (client: ClientConnection) => {
    const address = plainAddress(client.peerAddress);
    if (trusted.trusts(address)) return serve(client);
    admit(quota, ownerOf(address), client.socket, {
      onAdmitted: () => serve(client),
      onRefused: () => count(figures.refusedConnections, "too-many-of-address"),
    });
  };
}

const NETWORK_GROUPS = 4;

/** Who has an address: for IPv6 the /64, since one machine has all of it (RFC 7934). */
export function ownerOf(address: string): string {
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
