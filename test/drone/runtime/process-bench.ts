import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessRuntimeOptions } from "../../../drone/runtime/process/process-deps.ts";
import { openProcessRuntime } from "../../../drone/runtime/process/process-runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { clear, type RuntimeBench } from "./runtime-bench.ts";

export interface ProcessBench extends RuntimeBench {
  readonly options: ProcessRuntimeOptions;
}

export async function openProcessBench(): Promise<ProcessBench> {
  const dir = await tempDir();
  const appsDir = join(dir.path, "apps");
  await mkdir(join(appsDir, "app"), { recursive: true });
  await writeFile(join(appsDir, "app", "index.js"), "");
  const options = {
    name: "process" as const,
    appsDir,
    droneName: "dr-test",
    stateDir: join(dir.path, "state"),
  };
  const open = (droneName = options.droneName) =>
    openProcessRuntime({ clock: systemClock, log: recordingLog().log }, { ...options, droneName });
  return {
    open,
    options,
    image: "app",
    unknownImage: "no-such-app",
    node: process.execPath,
    async [Symbol.asyncDispose]() {
      await clear(open());
      await dir[Symbol.asyncDispose]();
    },
  };
}
