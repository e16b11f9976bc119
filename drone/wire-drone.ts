import type { DroneToController } from "../src/protocol/drone-messages.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import { repeat } from "../src/shared/repeat.ts";
import type { ServiceStack } from "../src/shared/service-stack.ts";
import { followInstances } from "./adoption/follow-instances.ts";
import { Backends } from "./backend/backends.ts";
import { BeginGate } from "./begin/begin-gate.ts";
import type { DroneConfig } from "./config.ts";
import type { Figures } from "./figures/figures.ts";
import type { FigureSources } from "./figures/prometheus.ts";
import { watchParts } from "./figures/watch-parts.ts";
import { describeHealth } from "./health/describe-health.ts";
import { RuntimePulse } from "./health/runtime-pulse.ts";
import type { Journal } from "./journal/journal.ts";
import type { BootClock } from "./lease/boot-clock.ts";
import { HeldLease } from "./lease/held-lease.ts";
import { LeaseKeeper } from "./lease/lease-keeper.ts";
import { ControllerLink } from "./link/controller-link.ts";
import type { DroneState } from "./open-state.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { steadyTime } from "./steady-time.ts";
import { DroneStreams } from "./streams/drone-streams.ts";

type LinkSend = (message: DroneToController) => boolean;

export interface DroneParts {
  clock: Clock;
  bootClock: BootClock;
  log: Log;
  runtime: Runtime;
  state: DroneState;
  figures: Figures;
}

/** How far past a deadline a drone may notice it. Looked at, not slept for: machines are suspended. */
const DEADLINE_LOOK_MS = 250;
/** What has ended is kept for so long for those who are reading its log. */
const LAST_LINES_MS = 5_000;
const HOUR_MS = 60 * 60 * 1_000;
/** A spawn that is repeated after so long would be carried out anew. */
const ENDED_MEMORY_MS = 90 * 24 * HOUR_MS;
/** By then its action's time is over, which refuses it again. */
const REFUSED_MEMORY_MS = 24 * HOUR_MS;

/** Wires a drone onto a runtime. Closing the stack leaves its backends running. */
export function wireDrone(
  parts: DroneParts,
  config: DroneConfig,
  stack: ServiceStack,
): FigureSources {
  return wire(watchParts(parts), config, stack);
}

function wire(deps: DroneParts, config: DroneConfig, stack: ServiceStack): FigureSources {
  const { clock, runtime } = deps;
  const { journal, identity } = deps.state;
  const now = steadyTime(clock);
  const held = new HeldLease({ ...deps, journal });
  const common = { ...deps, journal, held, now };
  const send: LinkSend = (message) => link.send(message);
  const streams = stack.use(new DroneStreams({ ...deps, send }));
  const backends = stack.use(
    new Backends({
      ...common,
      onReport: () => link.sendReports(),
      onProgress: (id, progress) => link.sendProgress(id, progress),
      beforeRemoval: (id) => streams.lastLinesRead(id, LAST_LINES_MS),
    }),
  );
  const pulse = stack.use(
    new RuntimePulse({
      ...deps,
      onFlip() {
        gate.look();
        link.sendHeartbeat();
      },
    }),
  );
  const gate = new BeginGate({
    ...common,
    backends,
    maxBackends: config.maxBackends,
    runtimeHealth: () => pulse.latest,
    isLeaseAwaited: () => leases.isAwaited,
    onReport: () => link.sendReports(),
    send,
  });
  const described = { runtime, backends, dataDir: config.dataDir };
  const leases = new LeaseKeeper({ ...common, backends, send });
  const link = stack.use(
    new ControllerLink(
      {
        ...common,
        ...{ identity, backends, gate, leases, streams },
        health: async () => pulse.latest && describeHealth(described, pulse.latest),
        time: () => held.now,
      },
      config,
    ),
  );
  backends.resumeAll();
  stack.use(
    repeat(deps, "look at deadlines", DEADLINE_LOOK_MS, () => {
      leases.look();
      gate.look();
    }),
  );
  stack.use(
    followInstances({
      ...deps,
      journal,
      backends,
      onAdopted() {
        backends.surveyed();
        leases.vouchForAdopted();
        link.sendInventory();
      },
    }),
  );
  stack.use(repeat(deps, "tidy journal", HOUR_MS, () => tidy(journal, now())));
  stack.defer(() => leases.farewell());
  stack.defer(() => gate[Symbol.dispose]());
  return { ...common, backends, link, pulse };
}

function tidy(journal: Journal, now: number): void {
  journal.tidy(now - ENDED_MEMORY_MS, now - REFUSED_MEMORY_MS);
}
