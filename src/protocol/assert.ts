/** For what is loaded where there is no `node:assert`. */
export function assert(condition: boolean, message = "constants that contradict each other"): void {
  if (!condition) throw new Error(message);
}
