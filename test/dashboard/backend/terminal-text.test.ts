import fc from "fast-check";
import { expect, test } from "vitest";
import { hueOfPalette, nearestHue } from "../../../dashboard/backend/terminal-hues.ts";
import {
  markRuns,
  plainText,
  readRuns,
  splitByMatch,
} from "../../../dashboard/backend/terminal-text.ts";

const looks = (line: string) => readRuns(line).map(({ text, look }) => [text, look]);

test("a terminal's escapes and control characters are no text", () => {
  expect(plainText("\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe(
    "red link",
  );
  expect(plainText("plain [0m")).toBe("plain [0m");
  expect(plainText("a\tb\u0000c\u009bd\u001b[2Ke")).toBe("a\tbcde");
  expect(plainText("10%\r20%\r100%\r")).toBe("100%");
});

test("colours and looks hold until they are taken back", () => {
  expect(looks("plain \u001b[1;31mboth\u001b[22m red\u001b[39m none")).toEqual([
    ["plain ", ""],
    ["both", "ink-red bold"],
    [" red", "ink-red"],
    [" none", ""],
  ]);
  expect(looks("\u001b[4mlined\u001b[m not")).toEqual([
    ["lined", "underlined"],
    [" not", ""],
  ]);
  expect(looks("\u001b[90mgray\u001b[97mwhite")).toEqual([
    ["gray", "ink-gray"],
    ["white", "ink-white"],
  ]);
});

test("a coloured ground gives the text the page's own colour; inverse makes a colour the ground", () => {
  expect(looks("\u001b[41;33mA\u001b[49mB")).toEqual([
    ["A", "on-red"],
    ["B", "ink-yellow"],
  ]);
  expect(looks("\u001b[7;32mA")).toEqual([["A", "on-green"]]);
});

test("one of 256 colours, or of all, becomes the nearest of the theme's, and the codes after it count", () => {
  expect(looks("\u001b[38;5;208;1mA")).toEqual([["A", "ink-yellow bold"]]);
  expect(looks("\u001b[38;2;250;20;30;4mA")).toEqual([["A", "ink-red underlined"]]);
  expect(["red", "gray", "black", "white"]).toEqual([9, 8, 232, 255].map(hueOfPalette));
  expect([21, 46, 51, 201, 196].map(hueOfPalette)).toEqual([
    ...["blue", "green", "cyan", "magenta", "red"],
  ]);
  expect(nearestHue([255, 255, 250])).toBe("white");
});

test("whatever a line holds, its runs are its plain text, and their classes are of a fixed list", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.array(fc.nat(110), { maxLength: 6 }).map((codes) => `\u001b[${codes.join(";")}m`),
  );
  const classes =
    /^((ink|on)-(black|red|green|yellow|blue|magenta|cyan|white|gray)|bold|faint|italic|underlined|struck)$/;
  fc.assert(
    fc.property(fc.array(piece), fc.string({ maxLength: 3 }), (pieces, search) => {
      const line = pieces.join("");
      const runs = markRuns(readRuns(line), search);
      expect(runs.map(({ text }) => text).join("")).toBe(plainText(line));
      for (const { look } of runs) {
        for (const name of look.split(" ").filter(Boolean)) expect(name).toMatch(classes);
      }
    }),
  );
});

test("a text is split around each match, and what was searched for is marked across colours", () => {
  expect(splitByMatch("abcABc", "bc")).toEqual(["a", "bc", "A", "Bc", ""]);
  expect(splitByMatch("abc", "")).toEqual(["abc"]);
  expect(splitByMatch("aaa", "aa")).toEqual(["", "aa", "a"]);
  const runs = readRuns("GET \u001b[32m/bo\u001b[0mard 200");
  expect(markRuns(runs, "/board").filter(({ isFound }) => isFound)).toEqual([
    { text: "/bo", look: "ink-green", isFound: true },
    { text: "ard", look: "", isFound: true },
  ]);
});
