import { mkdir, realpath, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { NamedController } from "./config-file.ts";

export interface ConfigChange {
  path: string;
  /** What stood in the file, all of it. */
  raw: Readonly<Record<string, unknown>>;
  contexts: Readonly<Record<string, NamedController>>;
  /** Names of what is left as it stood. */
  broken: Readonly<Record<string, unknown>>;
  currentContext: string | undefined;
}

/** In one step, so that a reader finds the old file or the new one; for nobody but its owner. */
export async function writeConfig({ path, raw, ...change }: ConfigChange): Promise<void> {
  const { current_context: _, contexts: were, ...rest } = raw;
  const stay = Object.entries(were ?? {}).filter(([name]) => Object.hasOwn(change.broken, name));
  const content = {
    ...(change.currentContext === undefined ? {} : { current_context: change.currentContext }),
    contexts: Object.fromEntries([
      ...stay,
      ...Object.entries(change.contexts).map(([name, { url, apiKey, apiKeyFile }]) => [
        name,
        { url, api_key: apiKey, api_key_file: apiKeyFile },
      ]),
    ]),
    ...rest,
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A link into a folder of settings stays one.
  const file = await realpath(path).catch(() => path);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
