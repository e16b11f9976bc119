import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { findHostNode } from "../../../scripts/host-node.ts";
import { importImage } from "../../../scripts/import-image.ts";
import type { FileSource } from "../../../scripts/root-filesystem.ts";

export const IMAGE = "chaos/witness";
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SOURCE = fileURLToPath(new URL("backend", import.meta.url));
const NOBODY = 65_534;

const run = promisify(execFile);

/** The witness as an image of each Engine, from the machine's own node. */
export async function importWitness(engines: readonly Docker[], dir: string): Promise<void> {
  const compiled = join(dir, "witness");
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", SOURCE, "--outDir", compiled]);
  const node = await findHostNode();
  const files = new Map<string, FileSource>([
    ["/app/package.json", { content: '{ "type": "module" }\n' }],
    ["/app/server.js", { copyOf: join(compiled, "server.js") }],
    ["/etc/passwd", { content: `app:x:${NOBODY}:${NOBODY}::/tmp:/\n` }],
  ]);
  for (const path of node.files) files.set(path, { copyOf: path });
  for (const path of filesBelow(join(ROOT, "node_modules/ws"))) {
    files.set(join("/app", path.slice(ROOT.length)), { copyOf: path });
  }
  const changes = [
    `CMD ${JSON.stringify([node.executable, "server.js"])}`,
    "WORKDIR /app",
    `USER ${NOBODY}:${NOBODY}`,
  ];
  await Promise.all(engines.map((docker) => importImage(docker, IMAGE, files, changes)));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
