import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../src/protocol/api-key.ts";
import { newApiKey } from "../src/protocol/ids.ts";
import { readOrCreate } from "../src/shared/read-or-create.ts";
import { hashSecret } from "./hash-secret.ts";
import type { AccessStore } from "./store/access-store.ts";

const SCOPES = ["admin", "drone", "proxy"] as const satisfies readonly Scope[];

export type FirstKeys = Record<(typeof SCOPES)[number], string>;

/** Makes a key of each scope on the first start, mode 0600, and finds it again on each later one. */
export async function firstKeys(
  store: Pick<AccessStore, "insertApiKey">,
  dataDir: string,
): Promise<FirstKeys> {
  const directory = join(dataDir, "keys");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const keys: Partial<FirstKeys> = {};
  for (const scope of SCOPES) {
    const key = await keyIn(join(directory, `${scope}.key`));
    // Every start: a database that was lost must not lock out who holds the files.
    // Controllers of one database have data dirs, and so keys, of their own.
    const hash = hashSecret(key);
    await store.insertApiKey({ id: `first-${scope}-${hash.slice(0, 8)}`, hash, scope });
    keys[scope] = key;
  }
  return keys as FirstKeys;
}

async function keyIn(path: string): Promise<string> {
  const key = await readOrCreate(path, newApiKey);
  if (key === "") throw new Error(`${path} is empty: delete it and start again`);
  return key;
}
