import { describe, expect, test } from "vitest";
import {
  findHeadEnd,
  mayBecomeHead,
  parseAnswer,
  parseRequest,
} from "../../../proxy/engines/direct/head-parser.ts";

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n\r\n`;

describe("a request's head", () => {
  test("is read with its lines in order, names in both spellings, values without their margins", () => {
    expect(parseRequest(lines("GET /a?b HTTP/1.1", "Host: h", "X-A:  b c\t", "x-a:"))).toEqual({
      method: "GET",
      target: "/a?b",
      minor: 1,
      lines: [
        ["Host", "h"],
        ["X-A", "b c"],
        ["x-a", ""],
      ],
      headers: [
        ["host", "h"],
        ["x-a", "b c"],
        ["x-a", ""],
      ],
    });
  });

  test.each([
    ["a bare line feed at a line's end", "GET / HTTP/1.1\nHost: h\r\n\r\n"],
    ["a bare line feed in a value", lines("GET / HTTP/1.1", "X: a\nY: b")],
    ["a bare carriage return in a value", lines("GET / HTTP/1.1", "X: a\rY: b")],
    ["a bare carriage return in a name", lines("GET / HTTP/1.1", "X\r: a")],
    ["a folded line", lines("GET / HTTP/1.1", "X: a", " b")],
    ["a folded line with a tab", lines("GET / HTTP/1.1", "X: a", "\tb")],
    ["a space before the first line's name", lines("GET / HTTP/1.1", " X: a")],
    ["a space before the colon", lines("GET / HTTP/1.1", "X : a")],
    ["a tab before the colon", lines("GET / HTTP/1.1", "X\t: a")],
    ["no colon", lines("GET / HTTP/1.1", "X")],
    ["no name", lines("GET / HTTP/1.1", ": a")],
    ["a byte in a name that no name has", lines("GET / HTTP/1.1", "X(: a")],
    ["a byte above ASCII in a name", lines("GET / HTTP/1.1", "X\xe9: a")],
    ["a tab beside a length", lines("GET / HTTP/1.1", "Content-Length: 5\t")],
    ["a tab beside a coding", lines("GET / HTTP/1.1", "Transfer-Encoding:\tchunked")],
    ["a zero byte in a value", lines("GET / HTTP/1.1", "X: a\0")],
    ["a delete in a value", lines("GET / HTTP/1.1", "X: a\x7f")],
    ["two spaces after the method", lines("GET  / HTTP/1.1")],
    ["a tab in the first line", lines("GET\t/ HTTP/1.1")],
    ["a space at the first line's end", lines("GET / HTTP/1.1 ")],
    ["a space in the target", lines("GET /a b HTTP/1.1")],
    ["a byte above ASCII in the target", lines("GET /\xe9 HTTP/1.1")],
    ["no target", lines("GET HTTP/1.1")],
    ["no version", lines("GET /")],
    ["another version", lines("GET / HTTP/2.0")],
    ["a version of more digits", lines("GET / HTTP/1.10")],
    ["a version in lower case", lines("GET / http/1.1")],
    ["a method in lower case", lines("get / HTTP/1.1")],
    ["a method that nobody knows", lines("FETCH / HTTP/1.1")],
    ["a wish for a tunnel", lines("CONNECT a:1 HTTP/1.1")],
    ["an empty line before it", `\r\n${lines("GET / HTTP/1.1")}`],
    ["something behind it", `${lines("GET / HTTP/1.1")}x`],
  ])("is refused for %s", (_what, text) => {
    expect(parseRequest(text)).toEqual({ problem: "malformed" });
  });

  test("may have a hundred lines and no more", () => {
    const many = (count: number) =>
      lines("GET / HTTP/1.1", ...Array.from({ length: count }, (_, at) => `x-${at}: 1`));
    expect(parseRequest(many(100))).not.toHaveProperty("problem");
    expect(parseRequest(many(101))).toEqual({ problem: "too-large" });
  });

  test("of many blanks costs no more than its length", () => {
    const startedMs = performance.now();
    expect(parseRequest(lines("GET / HTTP/1.1", `X:${" \t".repeat(16_000)}\x01`))).toEqual({
      problem: "malformed",
    });
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  test("ends where the first empty line does, within its limit", () => {
    const bytes = Buffer.from(`${lines("GET / HTTP/1.1")}GET`);
    expect(findHeadEnd(bytes, 0, 100)).toBe(bytes.length - 3);
    expect(findHeadEnd(bytes, 0, 10)).toBe("too-large");
    expect(findHeadEnd(bytes.subarray(0, 17), 0, 100)).toBe("not-yet");
    expect(findHeadEnd(bytes.subarray(0, 17), 0, 16)).toBe("too-large");
  });
});

describe("an answer's head", () => {
  test("is read with its status and reason", () => {
    expect(parseAnswer(lines("HTTP/1.0 299 Quite \xe9 Fine", "A: b"))).toMatchObject({
      status: 299,
      reason: "Quite \xe9 Fine",
      minor: 0,
      headers: [["a", "b"]],
    });
  });

  test("may lack a reason, and the space before it", () => {
    expect(parseAnswer(lines("HTTP/1.1 200 "))).toMatchObject({ status: 200, reason: "" });
    expect(parseAnswer(lines("HTTP/1.1 200"))).toMatchObject({ status: 200, reason: "" });
  });

  test.each([
    ["no HTTP", lines("rubbish")],
    ["another version", lines("HTTP/2.0 200 OK")],
    ["a status of two digits", lines("HTTP/1.1 20 OK")],
    ["a status of four digits", lines("HTTP/1.1 2000 OK")],
    ["a status below 100", lines("HTTP/1.1 099 OK")],
    ["two spaces before the status", lines("HTTP/1.1  200 OK")],
    ["a control character in the reason", lines("HTTP/1.1 200 O\x01K")],
    ["a bare line feed", "HTTP/1.1 200 OK\nA: b\r\n\r\n"],
    ["a bare carriage return", lines("HTTP/1.1 200 OK\rA: b")],
    ["a space before the colon", lines("HTTP/1.1 200 OK", "A : b")],
    ["a folded line", lines("HTTP/1.1 200 OK", "A: b", " c")],
    ["a zero byte", lines("HTTP/1.1 200 OK", "A: \0")],
  ])("is refused for %s", (_what, text) => {
    expect(parseAnswer(text)).toEqual({ problem: "malformed" });
  });
});

describe("a part of a head", () => {
  const head = lines("GET /a HTTP/1.1", "Host: h", "X: \xe9");

  test("may become one wherever it is cut", () => {
    for (let cut = 1; cut < head.length; cut += 1) {
      expect(mayBecomeHead(head.slice(0, cut), true)).toBe(true);
      expect(mayBecomeHead(head.slice(cut - 1), false)).toBe(true);
    }
  });

  test.each(["\x16\x03\x01", "\r\n", "get", "GET / HTTP/1.1\nH", "GET\0", "GET / HTTP/1.1\rH"])(
    "is refused at once if it cannot (%j)",
    (text) => {
      expect(mayBecomeHead(text, true)).toBe(false);
    },
  );

  test("is refused at once for a bare line feed after what was looked at before", () => {
    expect(mayBecomeHead("h\nX", false)).toBe(false);
    expect(mayBecomeHead("\nX", false)).toBe(true);
  });
});
