import type { ServerResponse } from "node:http";
import type { Caller } from "../connect/connect.ts";

/** Most are answered at once, and never ask whether it has gone away. */
export function callerOf(response: ServerResponse): Pick<Caller, "gone" | "traceparent"> {
  let gone: AbortSignal | undefined;
  return {
    get traceparent() {
      const { traceparent } = response.req.headers;
      return typeof traceparent === "string" ? traceparent : undefined;
    },
    get gone() {
      gone ??= abortOnClose(response);
      return gone;
    },
  };
}

function abortOnClose(response: ServerResponse): AbortSignal {
  const wentAway = new Error("the client went away");
  if (response.closed && !response.writableFinished) return AbortSignal.abort(wentAway);
  const gone = new AbortController();
  // A HEAD of a stream is answered before what was opened for it has been read.
  const isWhole = () => response.writableFinished && response.req.method !== "HEAD";
  response.once("close", () => {
    // Each response closes; an abort that nobody waits for would still cost an error with its stack.
    if (!isWhole()) gone.abort(wentAway);
  });
  return gone.signal;
}
