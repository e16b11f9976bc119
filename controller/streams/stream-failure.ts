import type { StreamProblem } from "../../src/protocol/stream-messages.ts";

/** Why a stream ended before its end. */
export class StreamFailure extends Error {
  override readonly name = "StreamFailure";
  readonly code: StreamProblem["code"];

  constructor({ code, message }: StreamProblem) {
    super(message);
    this.code = code;
  }
}
