import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { compileExample, exampleNames, exampleSources } from "./example-files.ts";
import { findHostNode, type HostNode } from "./host-node.ts";
import { importImage } from "./import-image.ts";

const NAME_LABEL = "dev.hangar.example";
const DIGEST_LABEL = "dev.hangar.example.digest";
const NOBODY = 65_534;
const RECIPE = [
  "example-images",
  "example-files",
  "host-node",
  "import-image",
  "root-filesystem",
].map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url)));
const COMPILER_OPTIONS = ["examples/tsconfig.json", "tsconfig.json"].map((path) =>
  fileURLToPath(new URL(`../${path}`, import.meta.url)),
);

/**
 * Makes `hangar/<example>:latest` for each example whose image is missing or out of date, from what
 * the machine has: its own node on an empty root, so that no registry is needed. Gives those it made.
 */
export async function ensureExampleImages(docker = new Docker()): Promise<string[]> {
  const node = await findHostNode();
  const made: string[] = [];
  for (const example of exampleNames()) {
    const digest = digestOf(example, node);
    if ((await digestOfImage(docker, example)) === digest) continue;
    await importExample(docker, { example, node, digest });
    made.push(`hangar/${example}:latest`);
  }
  await removeReplaced(docker);
  return made;
}

async function digestOfImage(docker: Docker, example: string): Promise<string | undefined> {
  const reference = [`hangar/${example}:latest`];
  const [image] = await docker.listImages({ filters: { reference } });
  return image?.Labels?.[DIGEST_LABEL];
}

/** Covers all that goes into the image; the machine's own files count by size and time, being large. */
function digestOf(example: string, node: HostNode): string {
  const digest = createHash("sha256");
  for (const path of [...RECIPE, ...COMPILER_OPTIONS, ...exampleSources(example)]) {
    digest.update(path).update(readFileSync(path));
  }
  for (const path of node.files) {
    const { size, mtimeMs } = statSync(path);
    digest.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return digest.digest("hex");
}

async function importExample(
  docker: Docker,
  { example, node, digest }: { example: string; node: HostNode; digest: string },
): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "hangar-example-"));
  try {
    const files = await compileExample(example, outDir);
    files.set("/etc/passwd", { content: `app:x:${NOBODY}:${NOBODY}::/tmp:/\n` });
    for (const path of node.files) files.set(path, { copyOf: path });
    await importImage(docker, `hangar/${example}`, files, [
      `CMD ${JSON.stringify([node.executable, "server.js"])}`,
      "WORKDIR /app",
      "ENV NODE_ENV=production",
      "EXPOSE 8080",
      `USER ${NOBODY}:${NOBODY}`,
      `LABEL ${NAME_LABEL}=${example} ${DIGEST_LABEL}=${digest}`,
    ]);
  } finally {
    rmSync(outDir, { recursive: true });
  }
}

/** An import takes the tag from the image that had it; nameless, that one would stay for ever. */
async function removeReplaced(docker: Docker): Promise<void> {
  await docker.pruneImages({ filters: { dangling: ["true"], label: [NAME_LABEL] } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = performance.now();
  const made = await ensureExampleImages();
  const tookSeconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`example images: ${made.join(", ") || "nothing to do"} (${tookSeconds} s)`);
}
