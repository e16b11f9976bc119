import { join } from "node:path";
import type { DroneConfig } from "../../drone/config.ts";
import { Figures } from "../../drone/figures/figures.ts";
import type { FigureSources } from "../../drone/figures/prometheus.ts";
import { journalPath } from "../../drone/journal/journal-path.ts";
import { readBootClock } from "../../drone/lease/boot-clock.ts";
import { openState } from "../../drone/open-state.ts";
import { wireDrone } from "../../drone/wire-drone.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { ScriptedRuntime } from "../harness/scripted-runtime.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { TestBootClock } from "../harness/test-boot-clock.ts";
import { TestClock } from "../harness/test-clock.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type Death, mortal } from "./death.ts";
import { ScriptedController } from "./scripted-controller.ts";
import { specOf } from "./spec-of.ts";

export interface StartedDrone extends AsyncDisposable {
  /** What it tells of itself. */
  sources: FigureSources;
}

export interface DroneStage extends AsyncDisposable {
  clock: TestClock;
  bootClock: TestBootClock;
  runtime: ScriptedRuntime;
  controller: ScriptedController;
  config: DroneConfig;
  journalPath: string;
  logLines: string[];
  /** `death` is that of the drone: it then does nothing more, and says no goodbye. */
  start(death?: Death): Promise<StartedDrone>;
  /** Starts the drone and waits until it has told what it has. */
  join(): Promise<StartedDrone>;
  spawn(overrides?: Partial<BackendSpec>): BackendId;
  /** Moves the clock in small steps until the condition holds. */
  advanceUntil<T>(what: string, condition: () => T, stepMs?: number): Promise<NonNullable<T>>;
}

/** A drone on a scripted runtime, with a scripted controller at the other end of a real socket. */
export async function droneStage(over: Partial<DroneConfig> = {}): Promise<DroneStage> {
  const stack = new ServiceStack();
  const directory = stack.use(await tempDir());
  const controller = stack.use(await ScriptedController.listen());
  const clock = new TestClock();
  const runtime = stack.use(new ScriptedRuntime(clock));
  const { log, lines } = recordingLog();
  const bootClock = new TestBootClock(clock);
  controller.droneTime = () => readBootClock(bootClock);
  const config: DroneConfig = {
    controllerUrl: controller.url,
    key: "hak_of-this-drone",
    name: "dr-one",
    cluster: "localhost:9090",
    pool: "default",
    dataDir: join(directory.path, "drone"),
    runtime: { name: "process", appsDir: directory.path },
    ...over,
  };
  const start = async (death?: Death) => {
    const drone = stack.use(new ServiceStack());
    const state = await openState(config, drone);
    const parts = { clock, bootClock, log, runtime, state, figures: new Figures() };
    const mortals = death === undefined ? parts : mortal(parts, death);
    return Object.assign(drone, { sources: wireDrone(mortals, config, drone) });
  };
  return {
    clock,
    bootClock,
    runtime,
    controller,
    config,
    journalPath: journalPath(config.dataDir),
    logLines: lines,
    start,
    async join() {
      const drone = await start();
      await waitFor("inventory", () => controller.all("inventory").length > 0);
      // From the first heartbeat on the drone takes spawns.
      await waitFor("heartbeat", () => controller.all("heartbeat").length > 0);
      return drone;
    },
    spawn(overrides) {
      const spec = specOf(overrides);
      controller.spawn(spec);
      return spec.backend_id;
    },
    advanceUntil: (what, condition, stepMs = 500) =>
      waitFor(what, async () => {
        const met = condition();
        if (!met) await clock.advance(stepMs);
        return met;
      }),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
