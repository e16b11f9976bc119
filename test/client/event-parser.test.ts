import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventParser, type ServerSentEvent } from "../../src/client/event-parser.ts";

function parse(pieces: readonly string[]): ServerSentEvent[] {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

/** What a parser that we did not write makes of the whole text. */
function parseByOther(text: string): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ data, event, id }) =>
      events.push({
        data,
        ...(event === undefined ? {} : { event }),
        ...(id === undefined ? {} : { id }),
      }),
  });
  parser.feed(text);
  return events;
}

function cut(text: string, places: readonly number[]): string[] {
  const borders = [0, ...places.map((place) => place % (text.length + 1)), text.length];
  borders.sort((a, b) => a - b);
  return borders.slice(1).map((end, index) => text.slice(borders[index], end));
}

test.each<[string, string, ServerSentEvent[]]>([
  ["an event by its data alone", "data: a\n\n", [{ data: "a" }]],
  ["several data lines", "data: a\ndata:b\ndata\n\n", [{ data: "a\nb\n" }]],
  ["one space after the colon only", "data:  a\n\n", [{ data: " a" }]],
  ["a name and an id", "event: x\nid: 7\ndata: a\n\n", [{ data: "a", event: "x", id: "7" }]],
  ["an empty name as none", "event:\ndata: a\n\n", [{ data: "a" }]],
  ["no event without data", "event: x\nid: 7\n\ndata: a\n\n", [{ data: "a" }]],
  ["comments and unknown fields as nothing", ": hi\nretry: 5\nfoo\ndata: a\n\n", [{ data: "a" }]],
  ["an id with NUL as none", "id: 1\0\ndata: a\n\n", [{ data: "a" }]],
  ["carriage returns as line ends", "data: a\r\rdata: b\r\n\r\n", [{ data: "a" }, { data: "b" }]],
  ["no event that is not ended", "data: a\n\ndata: b\n", [{ data: "a" }]],
  ["field names by the letter", "Data: a\n data: b\ndata : c\n\n", []],
])("%s", (_, text, events) => {
  expect(parse([text])).toEqual(events);
});

const line = fc.oneof(
  fc.constantFrom(
    "",
    "",
    "data: é漢🛫",
    "data",
    "event: progress",
    "id: ready",
    ": beat",
    "data:{}",
  ),
  fc.string({ maxLength: 12, unit: fc.constantFrom(..."dataid:ev nt\0x") }),
);
const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const stream = fc
  .array(fc.tuple(line, lineEnd), { maxLength: 20 })
  .map((lines) => lines.flat().join(""));

test("pieces make the same events as the whole, wherever it was cut", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat()), (text, places) => {
      expect(parse(cut(text, places))).toEqual(parse([text]));
    }),
  );
});

test("a parser that we did not write finds the same events", () => {
  // It takes a carriage return at the very end for one that a line feed may follow.
  const settled = stream.map((text) => `${text.replace(/\r$/, "\r\n")}\n`);
  fc.assert(
    fc.property(settled, (text) => {
      expect(parse([text])).toEqual(parseByOther(text));
    }),
  );
});
