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

export interface Post {
  to: string;
  text: string;
}

/** A note of its own: who it is not for passes over its line. */
export function packPost(sender: string, { to, text }: Post): string {
  return `${sender}\n${POST}${to} ${text}`;
}

const POST = "m";

/** A line of a newer Hangar's making is passed over. */
export function unpackNote(note: string): { sender: string; changes: Change[]; posts: Post[] } {
  const [sender = "", ...lines] = note.split("\n");
  const posts = lines.filter((line) => line.startsWith(POST)).map(toPost);
  return { sender, changes: lines.map(fromLine).filter((change) => change !== undefined), posts };
}

function toPost(line: string): Post {
  const space = line.indexOf(" ");
  return { to: line.slice(POST.length, space), text: line.slice(space + 1) };
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
    case "revocation":
      return `r${change.seq}`;
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
    case "r":
      return { kind: "revocation", seq: Number(rest) };
    default:
      return undefined;
  }
}
