import { cp } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { ControllerConfig } from "../../../controller/config.ts";
import { startController } from "../../../controller/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { type TempDir, tempDir } from "../../harness/temp-dir.ts";
import { CLUSTER } from "../a-controller.ts";
import type { Stages } from "./every-point.ts";
import type { Stage } from "./fated-run.ts";

/** Data dirs of their own, in which no controller has been yet. */
export function firstStages(program: string): Stages {
  return async () => stageIn(program, await tempDir());
}

/** Data dirs of their own, each a copy of one that has been used already. */
export async function sqliteStages(program: string, folder: string): Promise<Stages> {
  const used = join(folder, "used");
  const controller = await startController(
    { clock: systemClock, log: recordingLog().log },
    configOf(used),
  );
  await controller[Symbol.asyncDispose]();
  return async () => {
    const directory = await tempDir();
    await cp(used, directory.path, { recursive: true });
    return stageIn(program, directory);
  };
}

function stageIn(program: string, directory: TempDir): Stage & AsyncDisposable {
  return {
    program,
    config: configOf(directory.path),
    ask: async (statement) => ask(join(directory.path, "hangar.db"), statement),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

function configOf(dataDir: string): ControllerConfig {
  return { host: "127.0.0.1", port: 0, cluster: CLUSTER, dataDir };
}

function ask(path: string, statement: string): Record<string, unknown>[] {
  const database = new Database(path);
  try {
    // The tables come all at once: without one of them there is nothing to ask.
    const table = database.prepare("select 1 from sqlite_master where name = 'backends'").get();
    if (table === undefined) return [];
    return database.prepare<[], Record<string, unknown>>(statement).all();
  } finally {
    database.close();
  }
}
