import type { Change } from "../store.ts";

/** PostgreSQL takes payloads of less than 8,000 bytes. */
const MAX_BYTES = 7_900;

/** What a note says: the sender on the first line, then each change as a letter and an id. */
export function packChanges(sender: string, changes: Iterable<Change>): string[] {
  const notes: string[] = [];
  let note = sender;
  for (const line of new Set([...changes].map(toLine))) {
    if (Buffer.byteLength(note) + 1 + Buffer.byteLength(line) > MAX_BYTES) {
      notes.push(note);
      note = sender;
    }
    note += `\n${line}`;
  }
  return note === sender ? notes : [...notes, note];
}

/** A line of a newer Hangar's making is passed over. */
export function unpackChanges(note: string): { sender: string; changes: Change[] } {
  const [sender = "", ...lines] = note.split("\n");
  return { sender, changes: lines.map(fromLine).filter((change) => change !== undefined) };
}

function toLine(change: Change): string {
  switch (change.kind) {
    case "backend":
      return `b${change.id}`;
    case "progress":
      return `p${change.id}`;
    case "actions":
      return `a${change.drone}`;
    case "api-key":
      return `k${change.id}`;
    default:
      return change satisfies never;
  }
}

function fromLine(line: string): Change | undefined {
  const rest = line.slice(1);
  switch (line[0]) {
    case "b":
      return { kind: "backend", id: rest as never };
    case "p":
      return { kind: "progress", id: rest as never };
    case "a":
      return { kind: "actions", drone: rest };
    case "k":
      return { kind: "api-key", id: rest };
    default:
      return undefined;
  }
}
