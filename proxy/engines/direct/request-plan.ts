import type { Forward, HeaderPair, RequestHead } from "../../engine.ts";
import type { Framing } from "./body-framing.ts";
import type { ClientFraming } from "./rewrite-answer.ts";
import type { BackendPool } from "./upstream-pool.ts";

/** Of the head lines that a plan is kept for; longer ones are read each time. */
export const MAX_REMEMBERED_BYTES = 4_096;

/** What was found out about a request's header lines, and holds for any request that repeats them. */
export interface RequestPlan {
  readonly head: RequestHead;
  readonly minor: 0 | 1;
  readonly forward: Forward;
  readonly backend: BackendPool;
  readonly framing: Framing;
  /** Whether the client wants to go on after the answer. */
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
  /** As the backend gets them, but for those that vary. */
  readonly lines: string;
  /** The last answer's head. */
  answer?: AnswerPlan;
}

/** What was found out about an answer's head, and holds for any answer that repeats it. */
export interface AnswerPlan {
  readonly bytes: Buffer;
  readonly status: number;
  readonly isToHead: boolean;
  readonly keepAlive: boolean;
  readonly framing: Framing;
  readonly clientFraming: ClientFraming;
  /** As the client gets it, but for the date and the empty line. */
  readonly text: string;
  readonly hasDate: boolean;
  readonly backendKeepsAlive: boolean;
}

/** What is this request's own. */
export interface Turn {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly requestId: string;
  readonly varying: readonly HeaderPair[];
}

export function headOf({ head }: RequestPlan, { method, target }: Turn): RequestHead {
  return { ...head, method, target };
}

export function forwardOf({ forward }: RequestPlan, { path, requestId }: Turn): Forward {
  return { ...forward, path, requestId };
}
