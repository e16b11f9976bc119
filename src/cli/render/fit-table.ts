export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

export interface FitColumn {
  readonly head: string;
  readonly cells: readonly Cell[];
  readonly align?: "right";
  /** What it may be cut down to; without it, it is as wide as its widest cell. */
  readonly leastWidth?: number;
  /** Where there is no room, the least important goes first; without one it always stays. */
  readonly importance?: number;
  readonly paintHead?: ((text: string) => string) | undefined;
}

const GAP = 2;

/** A table's lines, its head first, none of them wider than the screen. */
export function fitTable(columns: readonly FitColumn[], width: number): string[] {
  const kept = dropUntilFits(columns, width);
  const widths = shrinkToFit(kept, width);
  const line = (cellOf: (column: FitColumn) => Cell) =>
    kept
      .map((column, index) => laidOut(cellOf(column), widths[index] ?? 0, column.align))
      .join(" ".repeat(GAP))
      .trimEnd();
  const count = kept[0]?.cells.length ?? 0;
  return [
    line(({ head, paintHead }) => ({ text: head, paint: paintHead })),
    ...Array.from({ length: count }, (_, row) => line(({ cells }) => cells[row] ?? { text: "" })),
  ];
}

function naturalWidth({ head, cells }: FitColumn): number {
  return cells.reduce((most, { text }) => Math.max(most, widthOf(text)), widthOf(head));
}

function leastWidthOf(column: FitColumn): number {
  return Math.min(naturalWidth(column), column.leastWidth ?? Number.POSITIVE_INFINITY);
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

function dropUntilFits(columns: readonly FitColumn[], width: number): readonly FitColumn[] {
  if (totalOf(columns.map(leastWidthOf)) <= width) return columns;
  const [least] = columns
    .filter(({ importance }) => importance !== undefined)
    .sort((a, b) => (a.importance ?? 0) - (b.importance ?? 0));
  if (least === undefined) return columns;
  return dropUntilFits(
    columns.filter((column) => column !== least),
    width,
  );
}

/** Takes a place from the widest of those that may be cut, until all fit. */
function shrinkToFit(columns: readonly FitColumn[], width: number): number[] {
  const widths = columns.map(naturalWidth);
  const least = columns.map(leastWidthOf);
  while (totalOf(widths) > width) {
    const widest = widths.reduce(
      (best, each, index) =>
        each > (least[index] ?? each) && each > (widths[best] ?? -1) ? index : best,
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths;
}

/** Cut and padded before it is painted, for colours have no width. */
function laidOut({ text, paint = (same) => same }: Cell, width: number, align?: "right"): string {
  const cut = cutTo(text, width);
  const pad = " ".repeat(Math.max(0, width - widthOf(cut)));
  return align === "right" ? `${pad}${paint(cut)}` : `${paint(cut)}${pad}`;
}

/** "quarterly-pl…" */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = "";
  for (const { segment } of SEGMENTS.segment(text)) {
    if (widthOf(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

const SEGMENTS = new Intl.Segmenter();
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const PAINT = /\u001b\[\d+m/g;

/** How many places of a terminal a text takes; its colours take none. */
export function widthOf(painted: string): number {
  const text = painted.replace(PAINT, "");
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
