import { existsSync, readdirSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installPackages } from "./debian.ts";

/** Where Debian and Ubuntu keep the servers, which are not in the PATH. */
const DEBIAN_SERVERS = "/usr/lib/postgresql";

/** The folder of `initdb` and `postgres`, if there is one. */
export function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN_SERVERS) ? readdirSync(DEBIAN_SERVERS) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const debian = newestFirst.map((version) => join(DEBIAN_SERVERS, version, "bin"));
  const inPath = (process.env.PATH ?? "").split(":");
  return [...inPath, ...debian].find((folder) =>
    ["initdb", "postgres"].every((program) => existsSync(join(folder, program))),
  );
}

/** On Debian, as root. Without the server that Debian would set up and run beside it. */
export async function installServer(): Promise<void> {
  const settings = "/etc/postgresql-common/createcluster.conf";
  await installPackages("postgresql-common");
  const before = await readFile(settings, "utf8");
  await appendFile(settings, "\ncreate_main_cluster = false\n");
  try {
    await installPackages("postgresql");
  } finally {
    await writeFile(settings, before);
  }
}
