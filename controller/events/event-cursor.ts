/** A place in the order of events, and up to which place what is missing was known to be missing. */
export interface EventPlace {
  seq: number;
  known: number;
}

export const EVENT_CURSOR_PATTERN = "^[0-9]{1,15}(-[0-9]{1,15})?$";

/** `<place>`, or `<place>-<known>` in a part of the order of which some was forgotten by then. */
export function eventCursor(seq: number, forgotten: number): string {
  return forgotten > seq ? `${seq}-${forgotten}` : String(seq);
}

export function parseEventCursor(cursor: string): EventPlace {
  const [seq = 0, known = seq] = cursor.split("-").map(Number);
  return { seq, known: Math.max(seq, known) };
}

/** What a store has of events. */
export interface EventExtent {
  forgotten: number;
  last: number;
}

/**
 * Whether something was forgotten after this place that its owner has not seen and does not know of; or the
 * place is still to come, so that it is of a database that was lost: what comes up to there would be left out.
 */
export function isGone({ seq, known }: EventPlace, { forgotten, last }: EventExtent): boolean {
  return forgotten > known || seq > last;
}
