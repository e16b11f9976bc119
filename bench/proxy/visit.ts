import type { Part } from "../part.ts";
import type { RunningProxy } from "./contender.ts";
import type { Interruption } from "./interruption.ts";
import type { LoadAnswer, LoadOrder } from "./load-part.ts";

export type Load = Part<LoadOrder, LoadAnswer>;

/** One workload at one contender in one round. */
export interface Visit {
  load: Load;
  backend: { pid: number };
  interruption: Interruption;
  proxy: RunningProxy;
  /** Another process of the same contender, that has done nothing yet. */
  startFresh(): Promise<RunningProxy>;
  ms: number;
  /** How many WebSockets are held open at once. */
  idleSockets: number;
}

/** What the load says, of the kind that was asked for. It rejects if the load failed, or on Ctrl-C. */
export async function askLoad<K extends LoadAnswer["kind"]>(
  { load, interruption }: Pick<Visit, "load" | "interruption">,
  order: LoadOrder,
  kind: K,
): Promise<Extract<LoadAnswer, { kind: K }>> {
  const answer = await Promise.race([load.ask(order), interruption.rejection]);
  if (answer.kind === "failed") throw new Error(answer.why);
  if (answer.kind !== kind) throw new Error(`the load answers ${answer.kind} instead of ${kind}`);
  return answer as Extract<LoadAnswer, { kind: K }>;
}
