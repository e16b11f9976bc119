import { METHODS } from "node:http";
import type { HeaderPair } from "../../engine.ts";
import { MAX_HEADER_LINES } from "../../headers.ts";

/** What is wrong with a head. */
export interface HeadProblem {
  readonly problem: "malformed" | "too-large";
}

export interface FieldLines {
  /** As they came, white space around the values taken off. */
  readonly lines: readonly HeaderPair[];
  /** The same with the names in lower case. */
  readonly headers: readonly HeaderPair[];
}

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** HTTP/1.`minor` */
  readonly minor: 0 | 1;
}

export type ParsedRequest = RequestLine & FieldLines;

export type ParsedAnswer = FieldLines & {
  readonly status: number;
  readonly reason: string;
  readonly minor: 0 | 1;
};

const MALFORMED: HeadProblem = { problem: "malformed" };
const TOO_LARGE: HeadProblem = { problem: "too-large" };

/** Node's parser, the oracle, knows no others; CONNECT asks for a tunnel to anywhere. */
const KNOWN_METHODS = new Set(METHODS.filter((method) => method !== "CONNECT"));
const REQUEST_LINE = /^([A-Z-]{1,20}) ([!-~]+) HTTP\/1\.([01])\r\n/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t -~\x80-\xff]*))?\r\n/;
const NAME_AND_COLON = /[!#$%&'*+.^_`|~0-9A-Za-z-]+:/y;
const FRAMES = new Set(["content-length", "transfer-encoding"]);
const NOT_IN_VALUES = /[^\t -~\x80-\xff]/;

const HEAD_END = Buffer.from("\r\n\r\n");

/** Where the head that begins at `at` ends, its last empty line included. */
export function findHeadEnd(
  bytes: Buffer,
  at: number,
  maxBytes: number,
): number | "not-yet" | "too-large" {
  const found = bytes.indexOf(HEAD_END, at);
  const end = found < 0 ? bytes.length : found + HEAD_END.length;
  if (end - at > maxBytes) return "too-large";
  return found < 0 ? "not-yet" : end;
}

/** A whole request head, one character a byte, its last empty line included (RFC 9112 §3, §5). */
export function parseRequest(text: string): ParsedRequest | HeadProblem {
  const line = parseRequestLine(text);
  if (line === undefined) return MALFORMED;
  const fields = parseFields(text, text.indexOf("\n") + 1);
  return "problem" in fields ? fields : { ...line, ...fields };
}

/** The first line of `text`, its line end included. */
export function parseRequestLine(text: string): RequestLine | undefined {
  const [, method = "", target = "", minor] = REQUEST_LINE.exec(text) ?? [];
  if (!KNOWN_METHODS.has(method)) return undefined;
  return { method, target, minor: minor === "1" ? 1 : 0 };
}

/** A whole head of an answer (RFC 9112 §4, §5). Many backends leave out the reason's space. */
export function parseAnswer(text: string): ParsedAnswer | HeadProblem {
  const found = STATUS_LINE.exec(text);
  if (found === null) return MALFORMED;
  const [line, minor, status, reason = ""] = found;
  const fields = parseFields(text, line.length);
  if ("problem" in fields) return fields;
  return { status: Number(status), reason, minor: minor === "1" ? 1 : 0, ...fields };
}

/** Field lines from `at` to the empty line that must end the text. */
export function parseFields(text: string, at: number): FieldLines | HeadProblem {
  const lines: HeaderPair[] = [];
  const headers: HeaderPair[] = [];
  let start = at;
  while (start < text.length - 2) {
    NAME_AND_COLON.lastIndex = start;
    const hasName = NAME_AND_COLON.test(text);
    const colon = NAME_AND_COLON.lastIndex - 1;
    const end = hasName ? text.indexOf("\r\n", colon) : -1;
    if (end < 0) return MALFORMED;
    const name = text.slice(start, colon);
    const key = name.toLowerCase();
    const value = trimmed(text, colon + 1, end);
    // Readers differ on whether a tab beside what frames the body belongs to it.
    const hasTab = FRAMES.has(key) && text.slice(colon, end).includes("\t");
    if (hasTab || NOT_IN_VALUES.test(value)) return MALFORMED;
    if (lines.length === MAX_HEADER_LINES) return TOO_LARGE;
    lines.push([name, value]);
    headers.push([key, value]);
    start = end + 2;
  }
  return text.startsWith("\r\n", start) ? { lines, headers } : MALFORMED;
}

/** Without the spaces and tabs at both ends; a regular expression could be made to work hard here. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const NEVER_IN_HEADS = /[^\t\r\n -~\x80-\xff]|(?:^|[^\r])\n|\r[^\n]/;

/**
 * Whether a part of a head may still become one, so that what is no HTTP is refused at once and not
 * when its time is up. `text` begins at the head's beginning, or one byte before what is new.
 */
export function mayBecomeHead(text: string, isBeginning: boolean): boolean {
  if (isBeginning && !/^[A-Z]/.test(text)) return false;
  return !NEVER_IN_HEADS.test(isBeginning ? text : text.replace(/^\n/, ""));
}
