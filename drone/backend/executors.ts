import type { Step } from "./next-step.ts";
import type { Execute } from "./outcome.ts";
import { awaitAnswer } from "./steps/await-answer.ts";
import { beginBackend } from "./steps/begin-backend.ts";
import { collectInstance } from "./steps/collect-instance.ts";
import { createInstance } from "./steps/create-instance.ts";
import { inspectInstance } from "./steps/inspect-instance.ts";
import { killInstance } from "./steps/kill-instance.ts";
import { pullImage } from "./steps/pull-image.ts";
import { removeInstance } from "./steps/remove-instance.ts";
import { startInstance } from "./steps/start-instance.ts";
import { stopInstance } from "./steps/stop-instance.ts";
import { wait } from "./steps/wait.ts";

/** Who carries out which step. */
export const EXECUTORS: Record<Exclude<Step, "none">, Execute> = {
  inspect: inspectInstance,
  pull: pullImage,
  "await-confirmation": wait,
  begin: beginBackend,
  create: createInstance,
  start: startInstance,
  probe: awaitAnswer,
  watch: wait,
  stop: stopInstance,
  kill: killInstance,
  collect: collectInstance,
  remove: removeInstance,
};
