import { eventCursor } from "../events/event-cursor.ts";
import type { Reached, ToldEvent } from "../events/event-feed.ts";
import { presentEvent } from "./present-event.ts";
import type { ServerEvent } from "./stream-events.ts";

export interface CursorEvents {
  events: AsyncIterable<ServerEvent>;
  /** Says the place that is reached by now: an id alone, which no reader takes for an event. */
  heartbeat(): string;
}

/**
 * Events by their cursors; before them where they begin, so that a reader which is cut off before the first
 * one comes back to there.
 */
export function cursorEvents(told: AsyncIterable<ToldEvent | Reached>): CursorEvents {
  let cursor: string | undefined;
  async function* events(): AsyncGenerator<ServerEvent> {
    for await (const each of told) {
      const isFirst = cursor === undefined;
      if ("event" in each) {
        const data = presentEvent(each);
        cursor = data.cursor;
        yield { id: cursor, event: data.type, data };
        continue;
      }
      cursor = eventCursor(each.reached.seq, each.reached.known);
      if (isFirst) yield { id: cursor };
    }
  }
  return {
    events: events(),
    heartbeat: () => (cursor === undefined ? ":\n\n" : `id: ${cursor}\n\n`),
  };
}
