const MAX_LINE_CHARS = 4_096;

/** The last lines, each cut to a length that a message can carry. */
export function boundedLogLines(lines: readonly string[], count: number): string[] {
  if (count <= 0) return [];
  return lines.slice(-count).map((line) => line.replace(/\r$/, "").slice(0, MAX_LINE_CHARS));
}
