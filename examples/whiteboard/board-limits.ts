import type { Board } from "./board.ts";

/** What one board keeps at most; about 2 MB as JSON. */
const BOARD_LIMITS = { strokes: 4_000, points: 200_000 };

/** The oldest strokes, as many as must go for the board to fit its limits. */
export function strokesOverLimit(board: Board, limits = BOARD_LIMITS): string[] {
  let { strokes, points } = board.size;
  const ids: string[] = [];
  for (const stroke of board.finished) {
    if (strokes <= limits.strokes && points <= limits.points) break;
    ids.push(stroke.id);
    strokes -= 1;
    points -= stroke.points.length / 2;
  }
  return ids;
}
