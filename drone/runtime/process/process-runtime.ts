import { readdir } from "node:fs/promises";
import type { Clock } from "../../../src/shared/clock.ts";
import type { Log } from "../../../src/shared/log.ts";
import type { Runtime, RuntimeHealth } from "../runtime.ts";
import { createProcess } from "./create-process.ts";
import { killProcess, removeProcess, stopProcess } from "./end-process.ts";
import { findApp } from "./find-app.ts";
import { findInstance, listInstances } from "./find-process.ts";
import { Outputs } from "./output/outputs.ts";
import type { ProcessRuntimeOptions } from "./process-deps.ts";
import { readOutput } from "./read-output.ts";
import { readOutputTail } from "./read-output-tail.ts";
import { readUsage } from "./read-usage.ts";
import { startProcess } from "./start-process.ts";
import { watchExits } from "./watch-exits.ts";

/** Backends as child processes that outlive the drone. An image is the name of a folder of apps. */
export function openProcessRuntime(
  { clock, log }: { clock: Clock; log: Log },
  options: ProcessRuntimeOptions,
): Runtime {
  const outputs = new Outputs(clock, options.maxOutputBytes);
  const deps = { clock, log, options, outputs, givenPorts: new Set<number>() };
  return {
    name: "process",
    health: () => health(options),
    async pull({ image }) {
      await findApp(options.appsDir, image);
    },
    create: (spec) => createProcess(deps, spec),
    start: (spec) => startProcess(deps, spec),
    stop: (id, graceSeconds) => stopProcess(deps, id, graceSeconds),
    kill: (id) => killProcess(deps, id),
    remove: (id) => removeProcess(deps, id),
    inspect: (id) => findInstance(deps, id),
    list: () => listInstances(deps),
    logTail: (id, lines) => readOutputTail(deps, id, lines),
    logs: (id, query, signal) => readOutput(deps, id, query, signal),
    usage: (ids) => readUsage(deps, ids),
    watch: (onEvent, signal) => watchExits(deps, onEvent, signal),
    // Nothing is kept between calls; processes live on.
    async [Symbol.asyncDispose]() {},
  };
}

async function health({ appsDir }: ProcessRuntimeOptions): Promise<RuntimeHealth> {
  try {
    const entries = await readdir(appsDir, { withFileTypes: true });
    const apps = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return { ok: true, version: process.version, images: apps.map(({ name }) => name) };
  } catch (error) {
    const { message } = error as Error;
    return { ok: false, version: process.version, images: [], error: `no apps: ${message}` };
  }
}
