import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FileSource } from "./root-filesystem.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** What the examples import. None of it has dependencies of its own. */
const DEPENDENCIES = ["ws"];

const run = promisify(execFile);

/** Each folder of examples/ is one: `server.ts`, and perhaps `browser/` to compile and `public/` to copy. */
export function exampleNames(): string[] {
  return readdirSync(join(ROOT, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** All that an example is made from. */
export function exampleSources(example: string): string[] {
  const dependencies = DEPENDENCIES.flatMap((name) => filesBelow(`node_modules/${name}`));
  return [...filesBelow(`examples/${example}`), ...dependencies];
}

/** The example ready to run with `node /app/server.js`, compiled into a folder of the caller's. */
export async function compileExample(
  example: string,
  outDir: string,
): Promise<Map<string, FileSource>> {
  const folder = join(ROOT, "examples", example);
  const projects = [join(ROOT, "examples"), join(folder, "browser")].filter(existsSync);
  for (const project of projects) {
    await run(process.execPath, [TSC, "-p", project, "--outDir", outDir]);
  }
  const compiled = join(outDir, "examples", example);
  const files = new Map<string, FileSource>([
    ["/app/package.json", { content: '{ "type": "module" }\n' }],
  ]);
  for (const path of filesBelow(compiled)) {
    files.set(join("/app", relative(compiled, path)), { copyOf: path });
  }
  for (const path of filesBelow(join(folder, "public"))) {
    files.set(join("/app", relative(folder, path)), { copyOf: path });
  }
  for (const path of DEPENDENCIES.flatMap((name) => filesBelow(`node_modules/${name}`))) {
    files.set(join("/app", relative(ROOT, path)), { copyOf: path });
  }
  return files;
}

/** Absolute paths, sorted; of a folder of the repository, or of one by its absolute path. */
function filesBelow(folder: string): string[] {
  const base = folder.startsWith("/") ? folder : join(ROOT, folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
