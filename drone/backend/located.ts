import type { StateOf } from "../../src/protocol/backend-state.ts";
import type { Location } from "../runtime/runtime.ts";

type Located = Pick<StateOf<"ready">, "address" | "bridge_address">;

/** A runtime's words for where a backend is, in those of the wire. */
export function located({ address, bridgeAddress }: Location): Located {
  return { address, ...(bridgeAddress !== undefined && { bridge_address: bridgeAddress }) };
}
