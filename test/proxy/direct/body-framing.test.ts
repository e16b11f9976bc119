import { expect, test } from "vitest";
import {
  answerFraming,
  connectionEntries,
  keepsAlive,
  requestFraming,
} from "../../../proxy/engines/direct/body-framing.ts";
import { parseAnswer, parseRequest } from "../../../proxy/engines/direct/head-parser.ts";

function request(first: string, ...lines: string[]) {
  const parsed = parseRequest(`${[first, ...lines].join("\r\n")}\r\n\r\n`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

function answer(first: string, ...lines: string[]) {
  const parsed = parseAnswer(`${[first, ...lines].join("\r\n")}\r\n\r\n`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

test.each([
  ["nothing said", [], { kind: "none" }],
  ["a length", ["Content-Length: 5"], { kind: "length", sizeBytes: 5 }],
  ["chunks", ["Transfer-Encoding: Chunked"], { kind: "chunked" }],
])("a request with %s", (_what, lines, framing) => {
  expect(requestFraming(request("POST / HTTP/1.1", ...lines))).toEqual(framing);
});

const UNCLEAR = [
  ["a length and chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
  ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
  ["the same length twice", ["Content-Length: 5", "Content-Length: 5"]],
  ["a list of lengths", ["Content-Length: 5, 5"]],
  ["a signed length", ["Content-Length: +5"]],
  ["a negative length", ["Content-Length: -5"]],
  ["a hexadecimal length", ["Content-Length: 0x5"]],
  ["a fractional length", ["Content-Length: 5.0"]],
  ["a length with a space in it", ["Content-Length: 5 5"]],
  ["an empty length", ["Content-Length:"]],
  ["an endless length", ["Content-Length: 9999999999999999"]],
  ["another coding", ["Transfer-Encoding: gzip"]],
  ["another coding before the chunks", ["Transfer-Encoding: gzip, chunked"]],
  ["another coding behind the chunks", ["Transfer-Encoding: chunked, gzip"]],
  ["chunks in chunks", ["Transfer-Encoding: chunked, chunked"]],
  ["chunks in two lines", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]],
  ["identity", ["Transfer-Encoding: identity"]],
  ["something like chunked", ["Transfer-Encoding: xchunked"]],
  ["chunked in quotes", ['Transfer-Encoding: "chunked"']],
  ["chunked with a parameter", ["Transfer-Encoding: chunked;q=1"]],
  ["no coding's name", ["Transfer-Encoding:"]],
] as const;

test.each(UNCLEAR)("%s in a request is refused", (_what, lines) => {
  expect(requestFraming(request("POST / HTTP/1.1", ...lines))).toBeUndefined();
});

test.each(UNCLEAR)("%s in an answer is refused, to HEAD as well", (_what, lines) => {
  expect(answerFraming(answer("HTTP/1.1 200 OK", ...lines), "GET")).toBeUndefined();
  expect(answerFraming(answer("HTTP/1.1 200 OK", ...lines), "HEAD")).toBeUndefined();
});

test("chunks in HTTP/1.0 are refused both ways", () => {
  const line = "Transfer-Encoding: chunked";
  expect(requestFraming(request("POST / HTTP/1.0", line))).toBeUndefined();
  expect(answerFraming(answer("HTTP/1.0 200 OK", line), "GET")).toBeUndefined();
});

test("an upload by HTTP/1.0 needs a length", () => {
  expect(requestFraming(request("POST / HTTP/1.0"))).toBeUndefined();
  expect(requestFraming(request("GET / HTTP/1.0"))).toEqual({ kind: "none" });
});

test.each([
  ["HEAD", "200 OK"],
  ["GET", "204 No Content"],
  ["GET", "304 Not Modified"],
  ["GET", "103 Early Hints"],
])("an answer to %s with %s has no body, whatever it says", (method, status) => {
  const said = answer(`HTTP/1.1 ${status}`, "Content-Length: 5");
  expect(answerFraming(said, method)).toEqual({ kind: "none" });
});

test("an answer that says nothing of its body's end ends with the connection", () => {
  expect(answerFraming(answer("HTTP/1.1 200 OK"), "GET")).toEqual({ kind: "until-close" });
});

test.each(["host", "Content-Length", "transfer-encoding", "connection", "a b", "x(", '"close"'])(
  "a Connection that names %s is refused",
  (entry) => {
    expect(connectionEntries(request("GET / HTTP/1.1", `Connection: ${entry}`))).toBeUndefined();
    expect(
      connectionEntries(request("GET / HTTP/1.1", `Connection: close, ${entry}`)),
    ).toBeUndefined();
  },
);

test("a connection stays by its version's custom, unless close is said", () => {
  expect(keepsAlive(1, [])).toBe(true);
  expect(keepsAlive(0, [])).toBe(false);
  expect(keepsAlive(0, ["keep-alive"])).toBe(true);
  expect(keepsAlive(1, ["keep-alive", "close"])).toBe(false);
});
