import type { LogItem } from "../../src/protocol/stream-messages.ts";

/** Which of an instance's lines are wanted. */
export interface LogQuery {
  /** Go on until the instance has ended. */
  follow: boolean;
  stdout: boolean;
  stderr: boolean;
  /** Begin with the last so many. */
  tail?: number;
  /** Epoch ms. */
  sinceMs?: number;
  /** Go on after this line's place; beats tail and since. */
  after?: string;
}

/** Lines as they come, some at a time. Rejects with RuntimeUnavailable if they break off. */
export type LogLines = AsyncIterable<readonly LogItem[]>;
