import { setTimeout as delay } from "node:timers/promises";
import { familyResidentKib } from "../process-usage.ts";
import { askLoad, type Visit } from "./visit.ts";

export interface Memory {
  perSocketKib: number;
  residentKib: number;
}

const WARM_UP_SOCKETS = 64;
/** For what a runtime tidies when it is left alone. */
const SETTLE_MS = 2_000;

/** Of a process that has done little before, so that nobody's earlier work is in it. */
export async function measureMemory(visit: Visit): Promise<Memory | undefined> {
  const { idleSockets, interruption } = visit;
  const { signal } = interruption;
  if (visit.proxy.pid === undefined) return undefined;
  await using proxy = await visit.startFresh();
  const { pid = 0, port } = proxy;
  await askLoad(visit, { kind: "hold", port, connections: WARM_UP_SOCKETS }, "done");
  await askLoad(visit, { kind: "let-go" }, "done");
  await delay(SETTLE_MS, undefined, { signal });
  const beforeKib = familyResidentKib(pid);
  await askLoad(visit, { kind: "hold", port, connections: idleSockets }, "done");
  await delay(SETTLE_MS, undefined, { signal });
  const residentKib = familyResidentKib(pid);
  await askLoad(visit, { kind: "let-go" }, "done");
  return { residentKib, perSocketKib: (residentKib - beforeKib) / idleSockets };
}
