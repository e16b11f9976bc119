import { readFileSync } from "node:fs";

/** A fenced block of a document, with what stands in the comment right before it: `<!-- KIND: NAME -->`. */
export interface DocBlock {
  /** Empty if the block is unmarked. */
  kind: string;
  name: string;
  language: string;
  text: string;
  /** `docs/api.md:17`, for messages. */
  place: string;
}

const MARK = /^<!-- (?<kind>[a-z-]+)(: (?<name>\S+))? -->$/;

export function docBlocks(document: string): DocBlock[] {
  const lines = readFileSync(document, "utf8").split("\n");
  const blocks: DocBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const language = /^```(\w*)$/.exec(lines[at] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`${document}:${at + 1}: the block has no end`);
    const { kind = "", name = "" } = MARK.exec(lines[at - 1] ?? "")?.groups ?? {};
    const text = `${lines.slice(at + 1, end).join("\n")}\n`;
    blocks.push({ kind, name, language, text, place: `${document}:${at + 1}` });
    at = end;
  }
  return blocks;
}
