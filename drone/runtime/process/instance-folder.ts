import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BackendId, isBackendId } from "../../../src/protocol/ids.ts";
import type { Adoption } from "../runtime.ts";
import { outputParts } from "./output/output-parts.ts";

/** What stands in an instance's folder. No secret is written there; the app's output may hold one. */
interface InstanceRecord {
  droneName: string;
  adoption: Adoption;
}

/** The process that keeps the app and leads its process group, and the port that the app was given. */
interface Keeper {
  pid: number;
  port: number;
}

export interface InstanceFolder {
  readonly path: string;
  readonly outputPath: string;
  readRecord(): Promise<InstanceRecord | undefined>;
  writeRecord(record: InstanceRecord): Promise<void>;
  readKeeper(): Promise<Keeper | undefined>;
  /** "unknown" if the keeper was killed before it could write the code down. */
  readExit(): Promise<number | "unknown" | undefined>;
  writeExit(code: number | "unknown"): Promise<void>;
  /** That this runtime has killed it, so the keeper could not write the code down. */
  markKilled(): Promise<void>;
  wasKilled(): Promise<boolean>;
  remove(): Promise<void>;
}

/** Where the folders of all instances are, in a drone's data dir. */
export function processStateDir(dataDir: string): string {
  return join(dataDir, "apps");
}

export function instanceFolder(stateDir: string, id: BackendId): InstanceFolder {
  // The keeper has another working directory.
  const path = resolve(stateDir, id);
  const read = (name: string) => readIfThere(join(path, name));
  return {
    path,
    outputPath: outputParts(path).current,
    async readRecord() {
      const text = await read("record.json");
      return text === undefined ? undefined : (JSON.parse(text) as InstanceRecord);
    },
    async writeRecord(record) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await writeWhole(join(path, "record.json"), JSON.stringify(record));
    },
    async readKeeper() {
      const { pid, port } =
        /^(?<pid>\d+) (?<port>\d+)\n$/.exec((await read("keeper")) ?? "")?.groups ?? {};
      return pid === undefined ? undefined : { pid: Number(pid), port: Number(port) };
    },
    async readExit() {
      const text = (await read("exit"))?.trim();
      if (text === undefined) return undefined;
      return /^\d+$/.test(text) ? Number(text) : "unknown";
    },
    writeExit: (code) => writeWhole(join(path, "exit"), String(code)),
    markKilled: () => writeWhole(join(path, "killed"), ""),
    wasKilled: async () => (await read("killed")) !== undefined,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

export async function instanceIds(stateDir: string): Promise<BackendId[]> {
  try {
    return (await readdir(stateDir)).filter(isBackendId);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A reader sees all of it or nothing, also after a crash in the middle, and also with two writers. */
async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
