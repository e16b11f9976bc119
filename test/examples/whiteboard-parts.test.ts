import { describe, expect, test } from "vitest";
import { Board } from "../../examples/whiteboard/board.ts";
import { strokesOverLimit } from "../../examples/whiteboard/board-limits.ts";
import { MessageBudget } from "../../examples/whiteboard/message-budget.ts";
import { cleanName } from "../../examples/whiteboard/visitor-name.ts";

function boardOf(...lengths: number[]): Board {
  const board = new Board();
  for (const [index, length] of lengths.entries()) {
    const points = Array.from({ length: 2 * length }, () => 0);
    board.apply({ type: "begin", id: `1:${index}`, ink: 0, width: 6, points });
    board.apply({ type: "end", id: `1:${index}` });
  }
  return board;
}

describe("a board's memory", () => {
  test("the oldest strokes go when there are too many", () => {
    const board = boardOf(1, 1, 1);
    expect(strokesOverLimit(board, { strokes: 2, points: 100 })).toEqual(["1:0"]);
    expect(strokesOverLimit(board, { strokes: 3, points: 100 })).toEqual([]);
  });

  test("as many go as are needed for the points to fit", () => {
    const board = boardOf(10, 10, 90);
    expect(strokesOverLimit(board, { strokes: 9, points: 95 })).toEqual(["1:0", "1:1"]);
    board.apply({ type: "remove", ids: ["1:0", "1:1", "1:9"] });
    expect(board.size).toEqual({ strokes: 1, points: 90 });
  });

  test("clearing leaves strokes that are still being drawn", () => {
    const board = boardOf(5);
    board.apply({ type: "begin", id: "2:1", ink: 0, width: 6, points: [0, 0] });
    board.apply({ type: "clear" });
    board.apply({ type: "end", id: "2:1" });
    expect([...board.finished].map(({ id }) => id)).toEqual(["2:1"]);
    expect(board.size).toEqual({ strokes: 1, points: 1 });
  });
});

test("a message budget refills with time, up to the burst", () => {
  const budget = new MessageBudget(10, 2, 0);
  expect([budget.spend(0), budget.spend(0), budget.spend(0)]).toEqual([true, true, false]);
  expect([budget.spend(200), budget.spend(200)]).toEqual([true, false]);
});

test.each([
  ["  Ada \n Lovelace\u0000 ", "Ada Lovelace"],
  ["\u202e\u200b", undefined],
  ["é".repeat(50), "é".repeat(40)],
])("the name %j is shown as %j", (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});
