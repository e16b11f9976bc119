import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { docBlocks } from "../../harness/doc-blocks.ts";
import type { Machine } from "./machine.ts";

/** What README.md's Dockerfile copies. */
const SERVER = `require("node:http")
  .createServer((request, response) => response.end("made by hangar dev\\n"))
  .listen(process.env.PORT);
process.on("SIGTERM", () => process.exit());
`;

/** The files that these documents have one write, and what belongs to them, in the home of a machine. */
export async function writeProjects(machine: Machine, ...documents: string[]): Promise<void> {
  const files = documents.flatMap(docBlocks).filter(({ kind }) => kind === "file");
  const own = [
    { name: "app/server.js", text: SERVER },
    { name: "app/src/page.html", text: "<p>\n" },
  ];
  for (const { name, text } of [...files, ...own]) {
    const path = join(machine.home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
