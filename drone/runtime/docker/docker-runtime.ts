import type { Clock } from "../../../src/shared/clock.ts";
import type { Log } from "../../../src/shared/log.ts";
import type { Runtime } from "../runtime.ts";
import { openAddressRotation } from "./address-rotation.ts";
import { createContainer } from "./create-container.ts";
import type { DockerRuntimeOptions } from "./docker-deps.ts";
import { killContainer, removeContainer, stopContainer } from "./end-container.ts";
import { connectEngine } from "./engine.ts";
import { engineHealth } from "./engine-health.ts";
import { findInstance } from "./find-container.ts";
import { listInstances } from "./list-instances.ts";
import { pullImage } from "./pull-image.ts";
import { readLogTail } from "./read-log-tail.ts";
import { readLogs } from "./read-logs.ts";
import { readUsage } from "./read-usage.ts";
import { startContainer } from "./start-container.ts";
import { watchEnds } from "./watch-ends.ts";

/** Backends as containers of one Docker Engine, which may be away now and at any later time. */
export function openDockerRuntime(
  { clock, log }: { clock: Clock; log: Log },
  options: DockerRuntimeOptions,
): Runtime {
  const engine = connectEngine({ clock }, options.socketPath);
  const addresses = openAddressRotation({ log });
  const deps = { engine, clock, log, options, addresses };
  return {
    name: "docker",
    health: () => engineHealth(deps),
    pull: (spec, onProgress, signal) => pullImage(engine, spec, onProgress, signal),
    create: (spec) => createContainer(deps, spec),
    start: (spec) => startContainer(deps, spec),
    stop: (id, graceSeconds) => stopContainer(deps, id, graceSeconds),
    kill: (id) => killContainer(deps, id),
    remove: (id) => removeContainer(deps, id),
    inspect: (id) => findInstance(deps, id),
    list: () => listInstances(deps),
    logTail: (id, lines) => readLogTail(deps, id, lines),
    logs: (id, query, signal) => readLogs(deps, id, query, signal),
    usage: (ids) => readUsage(deps, ids),
    watch: (onEvent, signal) => watchEnds(deps, onEvent, signal),
    // Nothing is kept open between calls; containers live on.
    async [Symbol.asyncDispose]() {},
  };
}
