/**
 * What the page and the server say to each other over the WebSocket, in JSON. The server checks what
 * comes from a visitor with `parseClientMessage`; the page trusts its server.
 */

/** Colours stand in the stylesheet, one for light and one for dark; ERASER takes away. */
export const INKS = 6;
export const ERASER = -1;

export const LIMITS = {
  messageBytes: 16_384,
  pointsPerStroke: 2_048,
  pointsPerMessage: 512,
  nameLength: 40,
  /** How far from the middle a point may be. */
  reach: 20_000,
  widest: 120,
} as const;

export interface Stroke {
  /** `<visitor>:<count>`, unique on the board. */
  readonly id: string;
  /** An index below INKS, or ERASER. */
  readonly ink: number;
  readonly width: number;
  /** x, y, x, y, … in board units; 0, 0 is the middle. */
  readonly points: number[];
}

export interface Visitor {
  readonly id: number;
  readonly name: string;
  /** An index into the page's palette of visitors. */
  readonly colour: number;
  /** The name comes from whoever opened the session, not from the visitor. */
  readonly verified: boolean;
}

export interface Session {
  readonly backendId: string;
  readonly key: string;
  readonly ageMs: number;
}

export type BoardChange =
  | { type: "begin"; id: string; ink: number; width: number; points: number[] }
  | { type: "extend"; id: string; points: number[] }
  | { type: "end"; id: string }
  | { type: "remove"; ids: string[] }
  | { type: "clear" };

export type ClientMessage =
  | { type: "begin"; ink: number; width: number; points: number[] }
  | { type: "extend"; points: number[] }
  | { type: "end" }
  | { type: "undo" }
  | { type: "clear" }
  | { type: "cursor"; at: [number, number] | null }
  | { type: "rename"; name: string };

export type ServerMessage =
  | {
      type: "welcome";
      you: number;
      session: Session;
      visitors: Visitor[];
      finished: Stroke[];
      live: Stroke[];
    }
  | { type: "visitor"; visitor: Visitor }
  | { type: "left"; id: number }
  | { type: "cursors"; cursors: [visitor: number, at: [number, number] | null][] }
  | { type: "change"; by: number; change: BoardChange };

type Fields = Record<string, unknown>;

const CHECKS: Record<ClientMessage["type"], (fields: Fields) => boolean> = {
  begin: ({ ink, width, points }) =>
    isBetween(ink, ERASER, INKS - 1) &&
    Number.isInteger(ink) &&
    isBetween(width, 1, LIMITS.widest) &&
    isPoints(points),
  extend: ({ points }) => isPoints(points),
  end: () => true,
  undo: () => true,
  clear: () => true,
  cursor: ({ at }) => at === null || (isPoints(at) && at.length === 2),
  rename: ({ name }) => typeof name === "string" && name.length <= LIMITS.nameLength,
};

/** Undefined for anything that the page would not send. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof fields !== "object" || fields === null || !("type" in fields)) return undefined;
  const { type } = fields;
  if (typeof type !== "string" || !Object.hasOwn(CHECKS, type)) return undefined;
  const check = CHECKS[type as ClientMessage["type"]];
  return check(fields as Fields) ? (fields as ClientMessage) : undefined;
}

function isPoints(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length % 2 === 0 &&
    value.length <= 2 * LIMITS.pointsPerMessage &&
    value.every((number) => isBetween(number, -LIMITS.reach, LIMITS.reach))
  );
}

/** JSON has no NaN and no infinity, but 1e999 reads as one. */
function isBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && value >= low && value <= high;
}
