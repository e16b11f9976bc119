import { SUBJECT_CORE, startPart } from "../part.ts";
import type { Load } from "./cell.ts";
import { CONNECTIONS } from "./measure-loads.ts";

const MS = 1_500;

/** Requests a second of the load alone, against a server that does nothing, on the controller's core. */
export async function loadLimit(load: Load): Promise<number> {
  await using server = await startPart<["port"], number>(
    "control-plane/idle-server-part.ts",
    SUBJECT_CORE,
  );
  const port = await server.ask(["port"]);
  const order = {
    target: { port, key: "hak_bench" },
    workload: { kind: "connects", live: 1_000 },
    connections: CONNECTIONS,
    ms: MS,
  } as const;
  await load.ask(order);
  const { answered, tookMs } = await load.ask(order);
  return (answered / tookMs) * 1_000;
}
