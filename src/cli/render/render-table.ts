import type { Colors } from "picocolors/types.js";
import { type Cell, type FitColumn, fitTable } from "./fit-table.ts";

/** How a table becomes narrower, by the heads of its columns; those that are not told of stay as they are. */
export interface Fitting {
  readonly width: number;
  readonly columns: Readonly<Record<string, Pick<FitColumn, "leastWidth" | "importance">>>;
}

/** Columns as wide as their widest cell, a dim head, no lines; without a fitting, however wide that is. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colors: Colors,
  fitting?: Fitting,
): string {
  const columns = head.map((title, index) => ({
    head: title,
    cells: rows.map((row) => cellOf(row[index] ?? "")),
    paintHead: colors.dim,
    ...fitting?.columns[title],
  }));
  return fitTable(columns, fitting?.width ?? Number.POSITIVE_INFINITY).join("\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const PAINTED = /^((?:\u001b\[\d+m)+)([^\u001b]*)((?:\u001b\[\d+m)+)$/;

/** A text that is coloured as a whole can be cut, and is coloured then. */
function cellOf(painted: string): Cell {
  const [, before, text, after] = PAINTED.exec(painted) ?? [];
  return text === undefined ? { text: painted } : { text, paint: (cut) => before + cut + after };
}
