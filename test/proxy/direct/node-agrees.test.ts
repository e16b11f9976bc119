import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerAsDirect, requestsAsDirect } from "../harness/read-as-direct.ts";
import { answerAsNode, requestsAsNode } from "../harness/read-as-node.ts";

/*
 * What the direct engine lets through, Node must read in the same way: same message, same headers, same
 * body, same place where the next one begins. What is refused here may be anything there. A
 * counterexample that turns up goes into the corpus.
 */

const REQUESTS = corpus("requests");
const ANSWERS = corpus("answers");

/** One message a line, as a JSON string with one character a byte. */
function corpus(name: string): string[] {
  const lines = readFileSync(new URL(`../corpus/${name}.jsonl`, import.meta.url), "utf8").trim();
  return lines.split("\n").map((line) => JSON.parse(line) as string);
}

async function expectSameRequests(text: string, pieceBytes: number): Promise<void> {
  const bytes = Buffer.from(text, "latin1");
  const ours = requestsAsDirect(bytes, pieceBytes);
  const theirs = await requestsAsNode(bytes);
  expect(theirs.slice(0, ours.length).map(({ trailers: _, ...rest }) => rest)).toEqual(ours);
}

async function expectSameAnswer(text: string, method: string, pieceBytes: number): Promise<void> {
  const bytes = Buffer.from(text, "latin1");
  const ours = answerAsDirect(bytes, method, pieceBytes);
  if (ours === undefined) return;
  const theirs = await answerAsNode(bytes, method);
  const { first, headers, body } = theirs ?? {};
  expect({ first, headers, body }).toEqual(ours);
}

test.each(REQUESTS)("the kept request %j is read as Node reads it", async (text) => {
  for (const pieceBytes of [1, 7, text.length]) await expectSameRequests(text, pieceBytes);
});

test.each(ANSWERS)("the kept answer %j is read as Node reads it", async (text) => {
  for (const method of ["GET", "HEAD"]) await expectSameAnswer(text, method, 5);
});

test("the corpus has what is taken and what is refused", () => {
  const taken = REQUESTS.filter((text) => requestsAsDirect(Buffer.from(text, "latin1"), 9).length);
  const takenAnswers = ANSWERS.filter((text) =>
    answerAsDirect(Buffer.from(text, "latin1"), "GET", 9),
  );
  for (const [some, all] of [
    [taken, REQUESTS],
    [takenAnswers, ANSWERS],
  ] as const) {
    expect(some.length).toBeGreaterThan(all.length / 5);
    expect(some.length).toBeLessThan((all.length * 4) / 5);
  }
});

const anyByte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const telling = fc.constantFrom(
  "\r",
  "\n",
  "\r\n",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0",
  "\0",
  "\xff",
  "a",
);

/** A kept message with some bytes put in, taken out or put in others' places. */
function mutated(messages: readonly string[]) {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 3 }),
    insert: fc.oneof(telling, anyByte, fc.constant("")),
  });
  return fc
    .tuple(fc.constantFrom(...messages), fc.array(edit, { maxLength: 3 }))
    .map(([text, edits]) =>
      edits.reduce((edited, { at, remove, insert }) => {
        const place = Math.floor(at * edited.length);
        return edited.slice(0, place) + insert + edited.slice(place + remove);
      }, text),
    );
}

const line = fc.constantFrom(
  "Host: h",
  "Content-Length: 5",
  "Content-Length: 05",
  "Content-Length: 0",
  "Content-Length : 5",
  "Content-Length: 5, 5",
  "Content-Length: 5\t",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: CHUNKED ",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding: x, chunked",
  "Transfer-Encoding\t: chunked",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: content-length",
  "Expect: 100-continue",
  "X: \xe9 y\t",
  " folded: 1",
);
const body = fc.constantFrom(
  "hello",
  "5\r\nhello\r\n0\r\n\r\n",
  "5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
  "0\r\n\r\n",
  "5\nhello\r\n0\r\n\r\n",
  "",
);
const built = (first: fc.Arbitrary<string>) =>
  fc
    .tuple(first, fc.array(line, { maxLength: 4 }), body)
    .map(([start, lines, end]) => `${[start, ...lines].join("\r\n")}\r\n\r\n${end}`);
const requestLine = fc.constantFrom("GET / HTTP/1.1", "POST /a?b=c HTTP/1.1", "PUT / HTTP/1.0");
const statusLine = fc.constantFrom(
  "HTTP/1.1 200 OK",
  "HTTP/1.0 200",
  "HTTP/1.1 204 No",
  "HTTP/1.1 304 X",
);
const pieceBytes = fc.integer({ min: 1, max: 40 });

test("whatever is put together of telling lines is read as Node reads it", async () => {
  const several = fc.array(built(requestLine), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(several, pieceBytes, (texts, size) =>
      expectSameRequests(texts.join(""), size),
    ),
    { numRuns: 400 },
  );
  await fc.assert(
    fc.asyncProperty(built(statusLine), pieceBytes, (text, size) =>
      expectSameAnswer(text, "GET", size),
    ),
    { numRuns: 400 },
  );
});

test("whatever a kept message is changed to is read as Node reads it", async () => {
  await fc.assert(fc.asyncProperty(mutated(REQUESTS), pieceBytes, expectSameRequests), {
    numRuns: 600,
  });
  await fc.assert(
    fc.asyncProperty(mutated(ANSWERS), pieceBytes, (text, size) =>
      expectSameAnswer(text, "GET", size),
    ),
    { numRuns: 600 },
  );
});
