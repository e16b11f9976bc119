/**
 * What a link does to what passes. `up` is from who dials to who is dialled. A hole holds back what is
 * sent and gives it later, as TCP would; a link that is cut resets what is open and what is tried.
 */
export type LinkState =
  | { kind: "open" }
  | { kind: "cut" }
  | { kind: "hole"; holds: { up: boolean; down: boolean } }
  | { kind: "slow"; latencyMs: number; bytesPerSecond: number };

export const OPEN: LinkState = { kind: "open" };

export function isHeld(state: LinkState, direction: "up" | "down"): boolean {
  return state.kind === "hole" && state.holds[direction];
}
