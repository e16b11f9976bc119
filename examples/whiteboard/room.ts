import { Board } from "./board.ts";
import { strokesOverLimit } from "./board-limits.ts";
import { cleanName, madeUpName, type VisitorNames } from "./visitor-name.ts";
import {
  type BoardChange,
  type ClientMessage,
  LIMITS,
  type ServerMessage,
  type Session,
  type Visitor,
} from "./wire.ts";

/** One end of a visitor's socket. */
export interface Peer {
  send(text: string): void;
}

export interface Member {
  /** False for a message that the page would not send at this point. */
  receive(message: ClientMessage): boolean;
  leave(): void;
}

interface Seat {
  visitor: Visitor;
  readonly peer: Peer;
  /** The stroke being drawn, and how many this visitor has begun. */
  stroke?: string;
  strokes: number;
}

/** Who is there and what is drawn. Lives in this process's memory and nowhere else. */
export class Room {
  readonly #session: () => Session;
  readonly #board = new Board();
  readonly #seats = new Map<number, Seat>();
  readonly #movedCursors = new Map<number, [number, number] | null>();
  #lastVisitor = 0;

  constructor(session: () => Session) {
    this.#session = session;
  }

  get visitorCount(): number {
    return this.#seats.size;
  }

  join(peer: Peer, { verified, wished }: VisitorNames): Member {
    const id = ++this.#lastVisitor;
    const visitor: Visitor = {
      id,
      name: verified ?? wished ?? madeUpName(id),
      colour: this.#freeColour(),
      verified: verified !== undefined,
    };
    const seat: Seat = { visitor, peer, strokes: 0 };
    this.#seats.set(id, seat);
    this.#send(peer, {
      type: "welcome",
      you: id,
      session: this.#session(),
      visitors: [...this.#seats.values()].map((other) => other.visitor),
      finished: [...this.#board.finished],
      live: [...this.#board.live],
    });
    this.#tellOthers(id, { type: "visitor", visitor });
    return {
      receive: (message) => this.#receive(seat, message),
      leave: () => this.#leave(seat),
    };
  }

  /** Passes on where cursors went since the last call: once for many moves. */
  flushCursors(): void {
    if (this.#movedCursors.size === 0) return;
    this.#tellAll({ type: "cursors", cursors: [...this.#movedCursors] });
    this.#movedCursors.clear();
  }

  #receive(seat: Seat, message: ClientMessage): boolean {
    switch (message.type) {
      case "begin":
        return this.#begin(seat, message);
      case "extend":
        return this.#extend(seat, message.points);
      case "end":
        this.#end(seat);
        return true;
      case "undo":
        this.#undo(seat);
        return true;
      case "clear":
        this.#change(seat, { type: "clear" });
        return true;
      case "cursor":
        this.#movedCursors.set(seat.visitor.id, message.at);
        return true;
      case "rename":
        this.#rename(seat, message.name);
        return true;
      default:
        message satisfies never;
        return false;
    }
  }

  #begin(seat: Seat, { ink, width, points }: ClientMessage & { type: "begin" }): boolean {
    if (seat.stroke !== undefined) return false;
    seat.stroke = `${seat.visitor.id}:${++seat.strokes}`;
    this.#change(seat, { type: "begin", id: seat.stroke, ink, width, points });
    return true;
  }

  /** What comes after a stroke's end is late, not wrong: a clear may have crossed it. */
  #extend(seat: Seat, points: number[]): boolean {
    if (seat.stroke === undefined) return true;
    const known = this.#board.liveStroke(seat.stroke)?.points.length ?? 0;
    if (known + points.length > 2 * LIMITS.pointsPerStroke) return false;
    this.#change(seat, { type: "extend", id: seat.stroke, points });
    return true;
  }

  #end(seat: Seat): void {
    if (seat.stroke === undefined) return;
    this.#change(seat, { type: "end", id: seat.stroke });
    delete seat.stroke;
    const ids = strokesOverLimit(this.#board);
    if (ids.length > 0) this.#change(seat, { type: "remove", ids });
  }

  #undo(seat: Seat): void {
    const own = [...this.#board.finished].filter(({ id }) => id.startsWith(`${seat.visitor.id}:`));
    const last = own.at(-1);
    if (last !== undefined) this.#change(seat, { type: "remove", ids: [last.id] });
  }

  #rename(seat: Seat, wanted: string): void {
    const name = cleanName(wanted);
    if (name === undefined || seat.visitor.verified) return;
    seat.visitor = { ...seat.visitor, name };
    this.#tellAll({ type: "visitor", visitor: seat.visitor });
  }

  #leave(seat: Seat): void {
    const { id } = seat.visitor;
    if (!this.#seats.delete(id)) return;
    this.#movedCursors.delete(id);
    this.#end(seat);
    this.#tellAll({ type: "left", id });
  }

  /** All apply it in the order in which the server does, the one who drew included. */
  #change(seat: Seat, change: BoardChange): void {
    this.#board.apply(change);
    this.#tellAll({ type: "change", by: seat.visitor.id, change });
  }

  #freeColour(): number {
    const taken = new Set([...this.#seats.values()].map(({ visitor }) => visitor.colour));
    let colour = 0;
    while (taken.has(colour)) colour += 1;
    return colour;
  }

  #tellAll(message: ServerMessage): void {
    this.#tellOthers(undefined, message);
  }

  #tellOthers(except: number | undefined, message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const [id, { peer }] of this.#seats) if (id !== except) peer.send(text);
  }

  #send(peer: Peer, message: ServerMessage): void {
    peer.send(JSON.stringify(message));
  }
}
