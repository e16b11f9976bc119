import { expect, test } from "vitest";
import { filterLines, LogBuffer } from "../../../dashboard/backend/log-buffer.ts";
import type { LogLine } from "../../../src/protocol/log-line.ts";

function line(text: string, stream: LogLine["stream"] = "stdout"): LogLine {
  return { at: null, stream, text };
}

test("the last lines are kept, and their numbers never change", () => {
  const buffer = new LogBuffer(100);
  for (let count = 1; count <= 250; count++) buffer.add([line(`line ${count}`)]);
  expect(buffer.lines.length).toBeGreaterThanOrEqual(100);
  expect(buffer.lines.length).toBeLessThanOrEqual(110);
  expect(buffer.lines.at(-1)).toMatchObject({ number: 250, text: "line 250" });
  expect(buffer.lines[0]?.text).toBe(`line ${buffer.lines[0]?.number}`);
  expect(buffer.dropped + buffer.lines.length).toBe(250);
});

test("lines are searched without regard to case, and by stream", () => {
  const buffer = new LogBuffer();
  buffer.add([line("GET /Board"), line("boom", "stderr"), line("get /other", "stderr")]);
  const texts = (search: string, streams: "both" | "stderr") =>
    filterLines(buffer.lines, search, streams).map(({ text }) => text);
  expect(texts("get", "both")).toEqual(["GET /Board", "get /other"]);
  expect(texts("", "stderr")).toEqual(["boom", "get /other"]);
  expect(texts("board", "stderr")).toEqual([]);
  expect(filterLines(buffer.lines, "", "both")).toBe(buffer.lines);
  buffer.add([line("\u001b[31mco\u001b[0mloured")]);
  expect(texts("coloured", "both")).toHaveLength(1);
  expect(texts("31m", "both")).toEqual([]);
});
