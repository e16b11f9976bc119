const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)[ \r\n]/;
const HEAD_END = /\r?\n\r?\n/;
/** Of an answer that may still turn out to be HTTP. */
const LONGEST_START = "HTTP/1.1 200 ".length;

/** The final status of what an app has answered so far. Informational answers before it are skipped. */
export function readStatus(answer: string): number | "incomplete" | "rubbish" {
  let rest = answer;
  for (;;) {
    const status = STATUS_LINE.exec(rest)?.[1];
    if (status === undefined) return rest.length < LONGEST_START ? "incomplete" : "rubbish";
    if (!status.startsWith("1")) return Number(status);
    const end = HEAD_END.exec(rest);
    if (end === null) return "incomplete";
    rest = rest.slice(end.index + end[0].length);
  }
}
