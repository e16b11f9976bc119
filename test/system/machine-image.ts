import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { findHostNode, sharedLibraries } from "../../scripts/host-node.ts";
import { importImage } from "../../scripts/import-image.ts";
import type { FileSource, RootFilesystem } from "../../scripts/root-filesystem.ts";

/** What the Dockerfile, npm's scripts and the command itself call, beside node and npm. */
const COMMANDS = ["sh", "env", "chmod", "chown", "cp", "find", "ln", "mkdir", "rm"];
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const PREBUILDS = "/prebuilds";
const DIGEST_LABEL = "dev.hangar.test.digest";

/**
 * Stands in for `node:24` where no registry of images is reached: this machine's own node and npm, with
 * the certificates that it trusts and the better-sqlite3 that it has compiled.
 */
export async function makeMachineImage(docker: Docker, name: string): Promise<void> {
  const files = new Map<string, FileSource>();
  const node = await findHostNode();
  for (const path of node.files) files.set(path, { copyOf: path });
  for (const path of await librariesOfBuild()) files.set(path, { copyOf: path });
  for (const command of COMMANDS) await addCommand(files, command);
  files.set("/usr/local/bin/node", { copyOf: node.executable });
  addNpm(files);
  files.set(CERTIFICATES, { copyOf: realpathSync(CERTIFICATES) });
  const { file, content } = await sqlitePrebuild();
  files.set(join(PREBUILDS, file), { content });
  const digest = digestOf(files);
  if ((await digestOfImage(docker, name)) === digest) return;
  await importImage(docker, name, files, [
    `LABEL ${DIGEST_LABEL}=${digest}`,
    `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
    `ENV npm_config_cafile=${CERTIFICATES}`,
    `ENV npm_config_registry=${npmSetting("registry")}`,
    `ENV npm_config_better_sqlite3_local_prebuilds=${PREBUILDS}`,
  ]);
}

/** Made anew only when it changes, so that the Engine's cache of builds holds. */
function digestOf(files: RootFilesystem): string {
  const digest = createHash("sha256");
  for (const [path, source] of files) {
    if ("content" in source) digest.update(path).update(source.content);
    else
      digest.update(`${path} ${statSync(source.copyOf).size} ${statSync(source.copyOf).mtimeMs}`);
  }
  return digest.digest("hex");
}

async function digestOfImage(docker: Docker, name: string): Promise<string | undefined> {
  const [image] = await docker.listImages({ filters: { reference: [`${name}:latest`] } });
  return image?.Labels?.[DIGEST_LABEL];
}

async function addCommand(files: Map<string, FileSource>, command: string): Promise<void> {
  const path = realpathSync(`/usr/bin/${command}`);
  for (const library of await sharedLibraries(path)) files.set(library, { copyOf: library });
  files.set(`/usr/bin/${command}`, { copyOf: path });
  files.set(`/bin/${command}`, { copyOf: path });
}

/** What Vite's native parts need of the system, and an image for Node has. */
async function librariesOfBuild(): Promise<string[]> {
  const folders = ["@rolldown", "."].flatMap((scope) =>
    readdirSync(join("node_modules", scope)).map((name) => join("node_modules", scope, name)),
  );
  const native = folders.filter((folder) => /\/(binding|lightningcss)-/.test(folder));
  const addons = native.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => (name.endsWith(".node") ? [join(folder, name)] : [])),
  );
  return (await Promise.all(addons.map(sharedLibraries))).flat();
}

function addNpm(files: Map<string, FileSource>): void {
  const from = resolve(dirname(realpathSync("/usr/bin/npm")), "..");
  const to = "/usr/local/lib/node_modules/npm";
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.replace(from, to), { copyOf: path });
  }
  const content = `#!/bin/sh\nexec node ${to}/bin/npm-cli.js "$@"\n`;
  files.set("/usr/local/bin/npm", { content, mode: 0o755 });
}

/** As better-sqlite3's install script looks for it, in place of the download. */
async function sqlitePrebuild(): Promise<{ file: string; content: Buffer }> {
  const folder = dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json"));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const binary = "build/Release/better_sqlite3.node";
  const archive = pack();
  archive.entry(
    { name: binary, mode: 0o755, mtime: new Date(0) },
    readFileSync(join(folder, binary)),
  );
  archive.finalize();
  const { versions, platform, arch } = process;
  return {
    file: `better-sqlite3-v${version}-node-v${versions.modules}-${platform}-${arch}.tar.gz`,
    content: await buffer(archive.pipe(createGzip({ level: 1 }))),
  };
}

function npmSetting(name: string): string {
  return execFileSync("npm", ["config", "get", name], { encoding: "utf8" }).trim();
}
