import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkScanner } from "../../../proxy/engines/direct/chunk-scanner.ts";

/** Feeds the text in pieces; gives the contents and what is behind, or what went wrong. */
function scan(text: string, pieceBytes = text.length) {
  const scanner = new ChunkScanner();
  const contents: Buffer[] = [];
  for (let at = 0; at < text.length; at += pieceBytes) {
    const piece = Buffer.from(text.slice(at, at + pieceBytes), "latin1");
    const end = scanner.push(piece, 0, contents);
    if (end < 0) return "malformed";
    if (scanner.done) {
      return { contents: Buffer.concat(contents).toString("latin1"), behind: text.slice(at + end) };
    }
  }
  return "unfinished";
}

test.each([
  ["no chunks", "0\r\n\r\n", ""],
  ["chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"],
  ["sizes in either case, with zeros before them", "00A\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
  ["extensions", '1;a;b=c;d="e \\" f;"\r\nx\r\n0;end\r\n\r\n', "x"],
  ["trailers", "1\r\nx\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n", "x"],
  ["line ends within a chunk", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"],
])("a body with %s ends where it ends, however it is split", (_what, text, contents) => {
  for (let size = 1; size <= text.length; size += 1) {
    expect(scan(`${text}`, size)).toEqual({ contents, behind: "" });
  }
  expect(scan(`${text}GET`)).toEqual({ contents, behind: "GET" });
});

test.each([
  ["no size", "\r\nx"],
  ["a size that is none", "x\r\n"],
  ["a signed size", "+1\r\nx"],
  ["a size with 0x before it", "0x1\r\nx"],
  ["a size of too many digits", "00000000000001\r\n"],
  ["a space behind the size", "1 \r\nx"],
  ["a space before the size", " 1\r\nx"],
  ["a space before an extension", "1 ;a\r\nx"],
  ["an extension without a name", "1;\r\nx"],
  ["an extension with an open quote", '1;a="b\r\nx'],
  ["an extension with a control character", "1;a=\x01\r\nx"],
  ["a line feed in an extension", "1;a\nb\r\nx"],
  ["extensions without end", `1;${"a".repeat(2_000)}`],
  ["a bare line feed behind the size", "1\nx"],
  ["a bare carriage return behind the size", "1\rx"],
  ["a chunk that is longer than its size", "1\r\nxy\r\n"],
  ["a chunk that ends in a bare line feed", "1\r\nx\n0\r\n\r\n"],
  ["a chunk that ends in a bare carriage return", "1\r\nx\r0\r\n\r\n"],
  ["a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"],
  ["a trailer with a space before the colon", "0\r\nX : a\r\n\r\n"],
  ["a trailer with a bare line feed", "0\r\nX: a\n\r\n"],
  ["trailers that end in a bare line feed", "0\r\n\n"],
  ["trailers without end", `0\r\nX: ${"a".repeat(9_000)}`],
  ["a trailer that frames", "0\r\nContent-Length: 1\r\n\r\n"],
  ["a trailer that routes", "0\r\nHost: other\r\n\r\n"],
  ["a trailer that says who calls", "0\r\nX-Verified-Username: eve\r\n\r\n"],
  ["a lookalike of it", "0\r\nx_verified_username: eve\r\n\r\n"],
  ["a trailer that says from where", "0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"],
])("%s is malformed, however it is split", (_what, text) => {
  for (const size of [1, 2, 3, 7, text.length]) expect(scan(text, size)).toBe("malformed");
});

test("any chunks come out as they went in, for any split", () => {
  const chunk = fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" });
  fc.assert(
    fc.property(fc.array(chunk), fc.integer({ min: 1, max: 60 }), (chunks, size) => {
      const text = chunks.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join("");
      expect(scan(`${text}0\r\n\r\nbehind`, size)).toMatchObject({ contents: chunks.join("") });
    }),
  );
});

test("a split changes nothing of what is made of any bytes", () => {
  const piece = fc.constantFrom(
    "1",
    "a",
    "0",
    ";",
    "=",
    '"',
    "\r\n",
    "\r",
    "\n",
    "x",
    " ",
    ":",
    "X",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat({ max: 9 }), (pieces, size) => {
      const text = pieces.join("");
      expect(scan(text, size + 1)).toEqual(scan(text, Math.max(1, text.length)));
    }),
    { numRuns: 2_000 },
  );
});
