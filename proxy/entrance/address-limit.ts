import { ownerOfAddress, plainAddress } from "../../src/shared/addresses.ts";
import { count } from "../../src/shared/figures/count.ts";
import type { Figures } from "../figures/figures.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
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
    admit(quota, ownerOfAddress(address), client.socket, {
      onAdmitted: () => serve(client),
      onRefused: () => count(figures.refusedConnections, "too-many-of-address"),
    });
  };
}
