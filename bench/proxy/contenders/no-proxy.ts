import type { Contender } from "../contender.ts";
import { FLOOR } from "../figures.ts";

/** What all others are measured beside: the load and the backend, which then share one core alone. */
export const noProxy: Contender = {
  name: FLOOR,
  title: "no proxy",
  does: "the load asks the backend itself",
  prepare: async () => "",
  start: async ({ backendPort }) => ({
    port: backendPort,
    pid: undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }),
};
