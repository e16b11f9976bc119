import type { RequestEdits } from "../../engine.ts";
import { headerValues } from "../../headers.ts";
import type { ParsedRequest } from "./head-parser.ts";
import { headerLine, headerLines } from "./head-text.ts";

/**
 * The header lines that a backend is sent, but for those that vary from one request to the next.
 * Whatever is said of this hop (RFC 9110 §7.6.1) is in the edits; only what frames the body is not.
 */
export function rewrittenLines(
  { lines, headers }: ParsedRequest,
  { remove, set }: RequestEdits,
  varying: ReadonlySet<string>,
): string {
  const replaced = new Set(set.map(([name]) => name));
  let text = "";
  for (const [index, [key]] of headers.entries()) {
    const [name, value] = lines[index] ?? ["", ""];
    if (key === "transfer-encoding") text += headerLine(name, "chunked");
    else if (!remove.has(key) && !replaced.has(key)) text += headerLine(name, value);
  }
  return text + headerLines(set.filter(([name]) => !varying.has(name)));
}

/** The same for an upgrade: it keeps what makes it one. */
export function rewrittenUpgradeLines(request: ParsedRequest, edits: RequestEdits): string {
  const remove = new Set([...edits.remove, "connection", "upgrade", "expect", "content-length"]);
  const lines = rewrittenLines(request, { remove, set: edits.set }, new Set());
  const asked = headerValues(request.headers, "upgrade").map((value) =>
    headerLine("Upgrade", value),
  );
  return `Connection: Upgrade\r\n${asked.join("")}${lines}`;
}

export function requestLine(method: string, path: string): string {
  if (!PATH.test(path)) throw new TypeError("the path holds what a request line may not hold");
  return `${method} ${path} HTTP/1.1\r\n`;
}

const PATH = /^[!-~]+$/;
