import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { RuntimeError } from "../runtime.ts";

const APP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Where a backend's commands are looked for. The drone's own PATH, like its other variables, is not passed on. */
export const SEARCH_PATH = [
  dirname(process.execPath),
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** The folder of an app. There is nothing to pull: an image that is not here is nowhere. */
export async function findApp(appsDir: string, image: string): Promise<string> {
  if (!APP_NAME.test(image)) {
    throw new RuntimeError("pullfailed", `"${image}" is not the name of a folder of apps`);
  }
  const folder = resolve(appsDir, image);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new RuntimeError("pullfailed", `there is no app "${image}" in ${appsDir}`);
}

/** What to run in an app's folder: the command that was asked for, or its main file with this node. */
export async function appCommand(
  folder: string,
  asked: readonly string[] | undefined,
): Promise<string[]> {
  if (asked === undefined) return [process.execPath, await mainFile(folder)];
  const [name = "", ...rest] = asked;
  return [await findExecutable(folder, name), ...rest];
}

async function mainFile(folder: string): Promise<string> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  const main = mainOf(text);
  if (main === undefined) throw new RuntimeError("startfailed", "its package.json is not JSON");
  return main;
}

function mainOf(packageJson: string): string | undefined {
  try {
    const { main } = JSON.parse(packageJson) as { main?: unknown };
    return typeof main === "string" ? main : "index.js";
  } catch {
    return undefined;
  }
}

async function findExecutable(folder: string, name: string): Promise<string> {
  const candidates = name.includes("/")
    ? [resolve(folder, name)]
    : SEARCH_PATH.map((directory) => join(directory, name));
  for (const candidate of candidates) {
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return candidate;
  }
  throw new RuntimeError("startfailed", `"${name}": no such executable file`);
}
