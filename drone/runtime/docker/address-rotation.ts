import { randomBytes } from "node:crypto";
import type { NetworkInspectInfo } from "dockerode";
import type { Log } from "../../../src/shared/log.ts";
import { isRotated, subnetOf, takenOn } from "./network-addresses.ts";
import { nextAddress } from "./next-address.ts";

/**
 * Gives each new backend another address of Hangar's own network. Docker by itself gives an ended
 * backend's address to the next one at once, while a proxy whose news are late still sends visitors
 * of the ended one there. Here an address comes back only after all the others of its subnet.
 */
export interface AddressRotation {
  /** Undefined leaves it to Docker: on a network that an older version has made, or a full one. */
  next(network: NetworkInspectInfo): string | undefined;
}

export function openAddressRotation({ log }: { log: Log }): AddressRotation {
  // A drone that was started anew, or beside another, does not begin where the last one ended.
  let cursor = randomBytes(4).readUInt32BE();
  let warned = false;
  return {
    next(network) {
      if (!isRotated(network)) {
        if (!warned) log.warn({ network: network.Name }, "network reuses addresses; remake it");
        warned = true;
        return undefined;
      }
      const subnet = subnetOf(network) ?? "";
      const found = nextAddress({ subnet, taken: takenOn(network) }, cursor);
      cursor = found?.cursor ?? cursor;
      return found?.address;
    },
  };
}
