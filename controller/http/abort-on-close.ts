import type { ServerResponse } from "node:http";

/** Aborts when the client goes away, so that nobody waits on for nobody. */
export function abortOnClose(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    // Each response closes; an abort that nobody waits for would still cost an error with its stack.
    if (!response.writableFinished) gone.abort(new Error("the client went away"));
  });
  return gone.signal;
}
