import { readFileSync } from "node:fs";

/** The code below `<!-- run: NAME -->` in README.md, as it stands. */
export function readmeSnippet(name: string): string {
  const readme = readFileSync("README.md", "utf8");
  const block = new RegExp(`<!-- run: ${name} -->\n\`\`\`\\w+\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`README.md has no code named ${name}`);
  return block;
}
