import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { untilEmpty } from "./calm.ts";
import { Api } from "./clients/api.ts";
import type { World } from "./clients/world.ts";
import { DRONES } from "./fault.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import type { ChaosOptions } from "./options.ts";
import { keyFile } from "./parts/places.ts";
import { Stage, type StageDeps } from "./parts/stage.ts";
import { Random } from "./random.ts";
import { type DatabaseReader, readPostgres, readSqlite } from "./watch/database.ts";
import { containersAmiss, hangarRunning } from "./watch/leftovers.ts";
import { ProcessWatch } from "./watch/processes.ts";
import { RowWatch } from "./watch/rows.ts";
import { Secrets } from "./watch/secrets.ts";
import { readWitnesses } from "./watch/witnesses.ts";

/** The system under test, with everybody who watches it and what clients need. */
export interface Session {
  stage: Stage;
  processes: ProcessWatch;
  reader: DatabaseReader;
  world: World;
  /** Ends everything in order, and tells what it has left. */
  close(): Promise<void>;
}

const CLOSE_DEADLINE_MS = 60_000;

export async function openSession(deps: StageDeps): Promise<Session> {
  const { dir, options, recorder } = deps;
  recorder.record({ kind: "run", seed: options.seed, lease: options.lease });
  const planted = {
    env: `planted-${randomBytes(12).toString("hex")}`,
    auth: `planted-${randomBytes(12).toString("hex")}`,
    password: `planted-${randomBytes(12).toString("hex")}`,
  };
  const stage = await Stage.open(deps);
  const reader = openReader(stage, dir);
  const processes = new ProcessWatch(recorder);
  const rows = new RowWatch(reader, recorder);
  const secrets = new Secrets(recorder, {
    "an env value": planted.env,
    "an auth value": planted.auth,
    "a registry password": planted.password,
    ...databasePassword(stage),
  });
  const key = readFileSync(keyFile(dir, "controller-a", "admin"), "utf8").trim();
  const world: World = {
    ...{ recorder, rows, planted, controllers: stage.controllers },
    api: new Api(key, secrets),
    random: new Random(options.seed + 1),
  };
  const close = async () => {
    const left = await endBackends({ stage, reader, world });
    await rows.readNow().catch(() => undefined);
    await rows[Symbol.asyncDispose]();
    await reader.close();
    await stage.stopHangar();
    recorder.record({ kind: "closed", left: [...left, ...(await stillRunning(options))] });
    await stage[Symbol.asyncDispose]();
    await processes[Symbol.asyncDispose]();
    readWitnesses(join(dir, "mounts", "witness"), recorder);
    searchLogs(dir, secrets);
    secrets.close();
  };
  return { stage, processes, reader, world, close };
}

function openReader(stage: Stage, dir: string): DatabaseReader {
  const { postgres } = stage;
  if (postgres === undefined) return readSqlite(join(dir, "controller-a", "hangar.db"));
  return readPostgres(postgres.url());
}

function databasePassword({ postgres }: Stage): Record<string, string> {
  return postgres === undefined
    ? {}
    : { "the database's password": new URL(postgres.url()).password };
}

/** Whatever lives is asked to end, until nothing does. */
async function endBackends({
  stage,
  reader,
  world,
}: Pick<Session, "stage" | "reader" | "world">): Promise<string[]> {
  return await untilEmpty(monotonicMs() + CLOSE_DEADLINE_MS, async () => {
    await world.rows.readNow();
    for (const { backend, endAsked } of world.rows.live()) {
      if (endAsked) continue;
      const path = `/v1/backends/${backend}/terminate`;
      const request = { method: "POST", body: { hard: true } } as const;
      const { asked, status } = await world.api.call("controller-a", path, request);
      world.recorder.record({ kind: "terminate", asked, backend, hard: true, status });
    }
    const live = world.rows.live().map(({ backend, status }) => `${backend} is still ${status}`);
    return [...live, ...(await containersAmiss({ stage, reader }))];
  });
}

/** A guard goes once its drone has, and after the hard deadline of the last backend that it knew. */
async function stillRunning({ command, lease }: ChaosOptions): Promise<string[]> {
  return await untilEmpty(monotonicMs() + lease.hardMs + 5_000, async () =>
    hangarRunning(command).map((words) => `the process "${words}" still runs`),
  );
}

function searchLogs(dir: string, secrets: Secrets): void {
  const logs = readdirSync(join(dir, "logs")).map((name) => join("logs", name));
  const guards = DRONES.map((name) => join(name, "guard.log"));
  for (const file of [...logs, ...guards]) {
    try {
      secrets.search(readFileSync(join(dir, file), "utf8"), file);
    } catch {
      // There is none: this drone has no guard of its own.
    }
  }
}
