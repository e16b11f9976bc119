import { type Hue, hueOf, hueOfPalette, nearestHue } from "./terminal-hues.ts";

/** A piece of a line that looks the same all along. */
export interface TextRun {
  readonly text: string;
  /** CSS classes; empty: as the rest of the log. */
  readonly look: string;
}

type Flag = "bold" | "faint" | "italic" | "underlined" | "inverse" | "struck";

interface Look {
  readonly hue?: Hue | undefined;
  readonly ground?: Hue | undefined;
  readonly flags: readonly Flag[];
}

const PLAIN: Look = { flags: [] };
const ADDS: Readonly<Record<number, Flag>> = {
  ...{ 1: "bold", 2: "faint", 3: "italic" },
  ...{ 4: "underlined", 7: "inverse", 9: "struck" },
};
const REMOVES: Readonly<Record<number, readonly Flag[]>> = {
  ...{ 22: ["bold", "faint"], 23: ["italic"] },
  ...{ 24: ["underlined"], 27: ["inverse"], 29: ["struck"] },
};

// Looks, other escapes, and control characters but the tab: a page shows looks, and drops the rest.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** What a person would read of a line on a terminal without colours. */
export function plainText(line: string): string {
  return lastWritten(line).replace(CONTROL, "");
}

/** A line as a terminal would show it, in the colours of the page's theme. */
export function readRuns(line: string): TextRun[] {
  const text = lastWritten(line);
  const runs: TextRun[] = [];
  let look = PLAIN;
  let from = 0;
  const push = (end: number) => {
    if (end > from) runs.push({ text: text.slice(from, end), look: classesOf(look) });
  };
  for (const { index, 0: control, 1: codes } of text.matchAll(CONTROL)) {
    push(index);
    from = index + control.length;
    if (codes !== undefined) look = changed(look, codes.split(/[;:]/).map(Number));
  }
  push(text.length);
  return runs;
}

/** A progress bar goes back to the line's start: what it wrote last is what stands there. */
function lastWritten(line: string): string {
  if (!line.includes("\r")) return line;
  const written = line.replace(/\r+$/, "");
  return written.slice(written.lastIndexOf("\r") + 1);
}

function changed(before: Look, codes: readonly number[]): Look {
  let look = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { hue, length } = wideColor(codes.slice(at + 1));
      look = code === 38 ? { ...look, hue } : { ...look, ground: hue };
      at += length;
    } else {
      look = withCode(look, code);
    }
  }
  return look;
}

function withCode(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  const [added, removed] = [ADDS[code], REMOVES[code]];
  if (added !== undefined) return { ...look, flags: [...new Set([...look.flags, added])] };
  if (removed !== undefined) {
    return { ...look, flags: look.flags.filter((flag) => !removed.includes(flag)) };
  }
  if (isWithin(code, 30)) return { ...look, hue: hueOf(code - 30) };
  if (isWithin(code, 90)) return { ...look, hue: hueOf(code - 90 + 8) };
  if (isWithin(code, 40)) return { ...look, ground: hueOf(code - 40) };
  if (isWithin(code, 100)) return { ...look, ground: hueOf(code - 100 + 8) };
  if (code === 39) return { ...look, hue: undefined };
  return code === 49 ? { ...look, ground: undefined } : look;
}

function isWithin(code: number, base: number): boolean {
  return code >= base && code < base + 8;
}

/** What follows 38 or 48: `5;INDEX`, or `2;RED;GREEN;BLUE`. */
function wideColor([kind, ...rest]: readonly number[]) {
  if (kind === 5) return { hue: hueOfPalette(rest[0] ?? 0), length: 2 };
  if (kind === 2) return { hue: nearestHue(rest.slice(0, 3)), length: 4 };
  return { hue: undefined, length: 0 };
}

function classesOf({ hue, ground, flags }: Look): string {
  const isInverse = flags.includes("inverse");
  const [front, back] = isInverse ? [undefined, hue ?? "white"] : [hue, ground];
  return [
    ...(back === undefined ? [] : [`on-${back}`]),
    // A text on a coloured ground is the page's own: any other may not be readable there.
    ...(front === undefined || back !== undefined ? [] : [`ink-${front}`]),
    ...flags.filter((flag) => flag !== "inverse"),
  ].join(" ");
}

/** The runs, cut wherever what is searched for begins or ends. */
export function markRuns(
  runs: readonly TextRun[],
  search: string,
): (TextRun & { isFound: boolean })[] {
  if (search === "") return runs.map((run) => ({ ...run, isFound: false }));
  const parts = splitByMatch(runs.map(({ text }) => text).join(""), search);
  const marked: (TextRun & { isFound: boolean })[] = [];
  let part = 0;
  let left = parts[0]?.length ?? 0;
  for (const { text, look } of runs) {
    for (let from = 0; from < text.length; ) {
      while (left === 0) {
        part += 1;
        left = parts[part]?.length ?? Number.POSITIVE_INFINITY;
      }
      const length = Math.min(left, text.length - from);
      marked.push({ text: text.slice(from, from + length), look, isFound: part % 2 === 1 });
      from += length;
      left -= length;
    }
  }
  return marked;
}

/** The parts of a text, alternately outside and inside of what is searched for. */
export function splitByMatch(text: string, search: string): string[] {
  if (search === "") return [text];
  const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()];
  const parts: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
