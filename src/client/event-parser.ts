/** One server-sent event. */
export interface ServerSentEvent {
  /** Undefined: a `message`. */
  event?: string;
  /** Undefined: this event names none, and the one before still holds. */
  id?: string;
  /** Its data lines, joined by line feeds. */
  data: string;
}

type Fields = Omit<ServerSentEvent, "data"> & { data: string[] };

/** A line feed, a carriage return, or both. */
const LINE_END = /\r\n|\n|\r/g;

/**
 * Reads server-sent events from text that comes in any pieces, as the HTML standard says (§9.2.6). Give it
 * whole characters: bytes are for a TextDecoder, which also takes the byte order mark away.
 */
export class EventParser {
  /** The beginning of a line whose end has not come yet, in the pieces it came in. */
  #begun: string[] = [];
  #endedInReturn = false;
  #fields: Fields = { data: [] };

  /** The events that this piece completes. One that no blank line has ended is none yet. */
  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    // The line feed after a carriage return belongs to it, also when it comes later.
    const skipped = this.#endedInReturn && text.startsWith("\n") ? 1 : 0;
    if (text !== "") this.#endedInReturn = text.endsWith("\r");
    let from = skipped;
    LINE_END.lastIndex = skipped;
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      const event = this.#take(this.#begun.join("") + text.slice(from, end.index));
      this.#begun = [];
      from = LINE_END.lastIndex;
      if (event !== undefined) events.push(event);
    }
    if (from < text.length) this.#begun.push(text.slice(from));
    return events;
  }

  #take(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#complete();
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#fields.data.push(value);
    else if (name === "event") this.#fields.event = value;
    else if (name === "id" && !value.includes("\0")) this.#fields.id = value;
    return undefined;
  }

  #complete(): ServerSentEvent | undefined {
    const { data, event, id } = this.#fields;
    this.#fields = { data: [] };
    if (data.length === 0) return undefined;
    return {
      data: data.join("\n"),
      ...(event === undefined || event === "" ? {} : { event }),
      ...(id === undefined ? {} : { id }),
    };
  }
}
