import { followEvents, type StreamState as State } from "../../src/client/follow-events.ts";
import type { Api } from "./api.ts";

/** "refused": the controller will not give it, now or later. */
export type StreamState = "connecting" | "live" | "reconnecting" | "ended" | "refused";

export interface Follow<T> {
  path: string;
  signal: AbortSignal;
  /** Where an earlier run of the same stream has stopped. */
  cursor: { after: string | undefined };
  hear(data: T): void;
  tell(state: StreamState): void;
}

/** One backend's stream, over as many connections as it takes, until it is complete, refused or not wanted any more. */
export async function followStream<T>({ calls }: Api, follow: Follow<T>): Promise<void> {
  const { path, signal, cursor, hear, tell } = follow;
  const onState = ({ kind }: State) => {
    if (kind === "open") tell("live");
    if (kind === "pausing") tell("reconnecting");
  };
  const options = { signal, giveUpAfterMs: Number.POSITIVE_INFINITY, onState };
  try {
    for await (const { id, event, data } of followEvents(calls, path, options, cursor.after)) {
      if (event === "end") break;
      // Its items have no name: what has one tells of the stream itself.
      if (event !== undefined) continue;
      cursor.after = id ?? cursor.after;
      hear(JSON.parse(data));
    }
    tell("ended");
  } catch {
    if (!signal.aborted) tell("refused");
  }
}
