import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openProcessRuntime } from "../../../drone/runtime/process/process-runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { clear, type RuntimeBench } from "./runtime-bench.ts";
import { runtimeConformance } from "./runtime-conformance.ts";

async function openProcessBench(): Promise<RuntimeBench> {
  const dir = await tempDir();
  const appsDir = join(dir.path, "apps");
  await mkdir(join(appsDir, "app"), { recursive: true });
  await writeFile(join(appsDir, "app", "index.js"), "");
  const open = (droneName = "dr-test") =>
    openProcessRuntime(
      { clock: systemClock, log: recordingLog().log },
      { name: "process", appsDir, droneName, stateDir: join(dir.path, "state") },
    );
  return {
    open,
    image: "app",
    unknownImage: "no-such-app",
    node: process.execPath,
    async [Symbol.asyncDispose]() {
      await clear(open());
      await dir[Symbol.asyncDispose]();
    },
  };
}

runtimeConformance(openProcessBench);
