import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { ControllerConfig } from "../../../controller/config.ts";
import { startController } from "../../../controller/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { aDatabase, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { CLUSTER } from "../a-controller.ts";
import type { Stages } from "./every-point.ts";

/** Databases of their own, each a copy of one that has been used already. */
export async function postgresStages(program: string, folder: string): Promise<Stages> {
  const used = { dataDir: join(folder, "used-with-postgres"), database: await aDatabase() };
  const controller = await startController(
    { clock: systemClock, log: recordingLog().log },
    configOf(used),
  );
  await controller[Symbol.asyncDispose]();
  return async () => {
    const directory = await tempDir();
    await cp(used.dataDir, directory.path, { recursive: true });
    const database = await aDatabase(new URL(used.database).pathname.slice(1));
    return {
      program,
      config: configOf({ dataDir: directory.path, database }),
      ask: (statement) => ask(database, statement),
      [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
    };
  };
}

function configOf(where: { dataDir: string; database: string }): ControllerConfig {
  return { host: "127.0.0.1", port: 0, cluster: CLUSTER, ...where };
}
