import { HangarError } from "../../src/client/hangar-error.ts";
import { pause } from "../../src/client/pause.ts";
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
  /** Whether a stream that has ended is complete, and not only cut off. */
  isOver(): boolean;
}

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5_000;

/** One backend's stream, again and again until it is complete, refused or not wanted any more. */
export async function followStream<T>(api: Api, follow: Follow<T>): Promise<void> {
  const { signal, tell } = follow;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const outcome = await readOnce(api, follow);
    if (signal.aborted) return;
    if (outcome === "refused") return tell("refused");
    if (outcome === "complete") return tell("ended");
    if (outcome !== "failed" && follow.isOver()) return tell("ended");
    if (outcome === "heard") pauseMs = FIRST_PAUSE_MS;
    tell("reconnecting");
    await pause(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

async function readOnce<T>(
  api: Api,
  { path, signal, cursor, hear, tell }: Follow<T>,
): Promise<"heard" | "silent" | "failed" | "refused" | "complete"> {
  let heard: "heard" | "silent" = "silent";
  try {
    const options = { signal, after: cursor.after, onOpen: () => tell("live") };
    for await (const { id, event, data } of api.stream<T>(path, options)) {
      // Its items have no name: what has one tells of the stream itself.
      if (event === "end") return "complete";
      if (event !== undefined) continue;
      heard = "heard";
      cursor.after = id ?? cursor.after;
      hear(data);
    }
    return heard;
  } catch (error) {
    return isRefusal(error) ? "refused" : "failed";
  }
}

/** Asking again would not help. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof HangarError ? (error.status ?? 0) : 0;
  return status >= 400 && status < 500 && status !== 429;
}
