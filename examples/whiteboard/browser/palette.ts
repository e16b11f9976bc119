/** Dark enough for white letters, in light and dark. */
const VISITOR_COLOURS = [
  "#5b5bd6",
  "#d6336c",
  "#0b7285",
  "#c2410c",
  "#2b8a3e",
  "#8e4ec6",
  "#1971c2",
  "#a8611f",
  "#b02a8f",
  "#4d7c0f",
];

export function visitorColour(index: number): string {
  return VISITOR_COLOURS[index % VISITOR_COLOURS.length] ?? "#5b5bd6";
}
