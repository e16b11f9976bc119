import type { Step } from "./next-step.ts";
import type { Execute } from "./outcome.ts";
import { awaitAnswer } from "./steps/await-answer.ts";
import { collectInstance } from "./steps/collect-instance.ts";
import { createInstance } from "./steps/create-instance.ts";
import { inspectInstance } from "./steps/inspect-instance.ts";
import { killInstance } from "./steps/kill-instance.ts";
import { pullImage } from "./steps/pull-image.ts";
import { removeInstance } from "./steps/remove-instance.ts";
import { startInstance } from "./steps/start-instance.ts";
import { stopInstance } from "./steps/stop-instance.ts";
import { watchInstance } from "./steps/watch-instance.ts";

/** Who carries out which step. */
export const EXECUTORS: Record<Exclude<Step, "none">, Execute> = {
  inspect: inspectInstance,
  pull: pullImage,
  create: createInstance,
  start: startInstance,
  probe: awaitAnswer,
  watch: watchInstance,
  stop: stopInstance,
  kill: killInstance,
  collect: collectInstance,
  remove: removeInstance,
};
