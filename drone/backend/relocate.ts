import { isDeepStrictEqual } from "node:util";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { Location } from "../runtime/runtime.ts";
import { located } from "./located.ts";

/** The same state at the address where the backend is now; undefined if that is where it was. */
export function relocate(state: BackendState, location: Location): BackendState | undefined {
  if (state.status !== "waiting" && state.status !== "ready") return undefined;
  const { address, bridge_address, ...rest } = state;
  const now = located(location);
  const before = located({ address, ...(bridge_address && { bridgeAddress: bridge_address }) });
  return isDeepStrictEqual(before, now) ? undefined : { ...rest, ...now };
}
