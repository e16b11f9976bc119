import { createRequire } from "node:module";
import { join } from "node:path";

interface Bundler {
  build(options: Record<string, unknown>): Promise<unknown>;
}

const require = createRequire(import.meta.url);
/** The one that tsx brings and works with. */
const bundler = createRequire(require.resolve("tsx/package.json"))("esbuild") as Bundler;

// By names of its own: the program has the plain ones.
const FOR_COMMON_JS = `
import { createRequire as requireMaker } from "node:module";
import { dirname as folderOf } from "node:path";
const __filename = import.meta.filename;
const __dirname = folderOf(__filename);
const require = requireMaker(__filename);
`;

/** One file of a program, which starts several times as fast as its many: it is started for each point. */
export async function bundle(entry: URL, folder: string): Promise<string> {
  const outfile = join(folder, "bundle.mjs");
  const database = { name: "native", setup: keepOutside };
  await bundler.build({
    entryPoints: [entry.pathname],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "error",
    external: ["pg-native"],
    banner: { js: FOR_COMMON_JS },
    plugins: [database],
  });
  return outfile;
}

/** What finds its native part beside its own files. */
function keepOutside(build: {
  onResolve(where: { filter: RegExp }, then: () => { path: string; external: boolean }): void;
}): void {
  build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
    path: require.resolve("better-sqlite3"),
    external: true,
  }));
}
