import pc from "picocolors";
import { expect, test } from "vitest";
import { cutTo, fitTable, widthOf } from "../../src/cli/render/fit-table.ts";
import { renderBackends } from "../../src/cli/render/render-backends.ts";
import { aSummary } from "./fixtures.ts";

test("a table drops what matters least, cuts the rest, and keeps colours out of its widths", () => {
  const paint = (text: string) => `\u001b[1m${text}\u001b[22m`;
  const columns = [
    { head: "NAME", cells: [{ text: "quarterly-plan", paint }], leastWidth: 6 },
    { head: "SIZE", cells: [{ text: "12" }], align: "right" as const },
    { head: "NOTE", cells: [{ text: "none" }], importance: 1 },
  ];
  expect(fitTable(columns, 80)[1]).toBe(`${paint("quarterly-plan")}    12  none`);
  expect(fitTable(columns, 22)).toEqual([
    "NAME        SIZE  NOTE",
    `${paint("quarterly…")}    12  none`,
  ]);
  expect(fitTable(columns, 14)).toEqual(["NAME      SIZE", `${paint("quarter…")}    12`]);
});

test("a wide letter takes two places, a colour none", () => {
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("\u001b[31mred\u001b[39m")).toBe(3);
  expect(cutTo("日本語", 4)).toBe("日…");
  expect(cutTo("plan", 4)).toBe("plan");
});

test("a list of backends fits a terminal, and is whole where nobody watches", () => {
  const colored = pc.createColors(true);
  const key = { namespace: "boards", name: "a-very-long-name-of-a-quarterly-plan", tag: "" };
  const image = "registry.example.com/whiteboard:2026-11";
  const backends = [aSummary({ key, image, ended: { reason: "swept", exit_code: 0 } })];
  const whole = renderBackends(backends, 5_000, colored);
  expect(whole).toContain(`boards/${key.name}`);
  expect(whole).toContain(`${backends[0]?.id}.localhost:9090`);
  expect(whole).toContain("(swept)");
  const narrow = renderBackends(backends, 5_000, colored, 80).split("\n");
  expect(narrow.map(widthOf).every((width) => width <= 80)).toBe(true);
  expect(narrow[1]).toContain(backends[0]?.id);
  expect(narrow[1]).toContain("…");
});
