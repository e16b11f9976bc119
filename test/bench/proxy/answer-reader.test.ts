import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerReader } from "../../../bench/proxy/load/answer-reader.ts";
import { EchoReader } from "../../../bench/proxy/load/echo-reader.ts";

function answer(body: string, header = ""): string {
  return `HTTP/1.1 200 OK\r\n${header}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** What a reader counts in bytes that arrive in pieces of these sizes. */
function countIn(reader: AnswerReader | EchoReader, text: string, sizes: readonly number[]) {
  const bytes = Buffer.from(text, "latin1");
  let answers = 0;
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    const piece = bytes.subarray(at, at + size);
    // As a socket's own buffer: longer than what it holds this time.
    answers += reader.read(Buffer.concat([piece, Buffer.alloc(50, "\r\n")]), piece.length);
    at += piece.length;
  }
  return answers;
}

const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 20 });

test("answers are counted however their bytes are split", () => {
  const bodies = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom("", "X-Id: 12\r\n")),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(bodies, pieces, (bodies, sizes) => {
      const [length = 1] = bodies[0] ?? [];
      const text = bodies.map(([, header]) => answer("x".repeat(length), header)).join("");
      expect(countIn(new AnswerReader(), text, sizes)).toBe(bodies.length);
    }),
  );
});

test.each([
  ["a refusal", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno"],
  ["an answer without a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
])("%s is an error, after good answers too", (_what, bad) => {
  expect(() => countIn(new AnswerReader(), bad, [])).toThrow("a wrong answer");
  expect(() => countIn(new AnswerReader(), answer("fine") + bad, [])).toThrow("a wrong answer");
});

test("a refusal whose head is as long as the last one's is an error", () => {
  const reader = new AnswerReader();
  expect(countIn(reader, answer("fine"), [])).toBe(1);
  const refused = answer("fine").replace("200 OK", "503 No");
  expect(() => countIn(reader, refused, [])).toThrow("a wrong answer");
});

test("the agreement and each echo are counted however their bytes are split", () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 9 }), (sizes, echoes) => {
      const reader = new EchoReader(43);
      expect(
        countIn(reader, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", sizes),
      ).toBe(1);
      expect(countIn(reader, "e".repeat(43 * echoes), sizes)).toBe(echoes);
    }),
  );
});

test("a WebSocket that is refused is an error", () => {
  expect(() => countIn(new EchoReader(43), "HTTP/1.1 403 Forbidden\r\n\r\n", [])).toThrow(
    "not upgraded",
  );
});
