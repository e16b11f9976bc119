/** Everybody in the benchmark knows these names without asking: row, drone and load mean the same backend. */
export const CLUSTER = "localhost:9090";
export const IMAGE = "hangar/echo:latest";

export const droneName = (drone: number): string => `dr-${drone}`;

/** Backends are dealt out in turn, so backend n is on drone n modulo their number. */
export const backendId = (n: number): string => `b${String(n).padStart(13, "0")}`;

export const keyName = (n: number): string => `document-${n}`;
