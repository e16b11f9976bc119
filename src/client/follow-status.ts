import type { PublicStatus } from "../protocol/backend.ts";
import { HangarError } from "./hangar-error.ts";
import { Outage } from "./outage.ts";
import { readEvents } from "./read-events.ts";
import { reachably } from "./send.ts";

export interface FollowStatusDeps {
  url: string;
  /** Opens the stream, after the last event that was seen. */
  open(headers: Record<string, string>): Promise<Response>;
}

/**
 * All states from the first on, then each as it comes; progress in between. Ends after `terminated`.
 * A broken connection is made anew and goes on after the last state that was seen.
 */
export async function* followStatus(
  deps: FollowStatusDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<PublicStatus> {
  const seen: string[] = [];
  const outage = new Outage();
  for (;;) {
    try {
      for await (const status of unseen(deps, seen, signal)) {
        outage.end();
        yield status;
        if (status.status === "terminated") return;
      }
    } catch (error) {
      // The very first try has had its retries: a controller that never answered is not waited for.
      if (!isLoss(error) || seen.length === 0 || outage.isTooLong()) throw error;
    }
    await outage.pause(signal);
  }
}

/** A loss may mend itself; a refusal does not. */
function isLoss(error: unknown): boolean {
  return error instanceof HangarError && ["unreachable", "unavailable"].includes(error.code);
}

/** What one connection tells that is new; adds the states' ids to those seen. */
async function* unseen(
  { url, open }: FollowStatusDeps,
  seen: string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<PublicStatus> {
  const lastId = seen.at(-1);
  const { body } = await open({
    accept: "text/event-stream",
    ...(lastId === undefined ? {} : { "last-event-id": lastId }),
  });
  if (body === null) return;
  const events = readEvents(body);
  try {
    for (;;) {
      const { done, value } = await reachably(url, signal, () => events.next());
      if (done) return;
      if (value.id !== undefined && seen.includes(value.id)) continue;
      if (value.id !== undefined) seen.push(value.id);
      yield JSON.parse(value.data);
    }
  } finally {
    await events.return(undefined);
  }
}
