import type { Fault, PastFault } from "./fault.ts";
import { CONTROLLERS, type Controller } from "./fault.ts";
import { type LinkState, OPEN } from "./link/link-state.ts";
import type { Stage } from "./parts/stage.ts";
import type { ContainerProcess } from "./watch/processes.ts";

/** Ends a fault: what it has broken is whole again, though not yet recovered. */
type Mend = () => Promise<void> | void;

export interface Injected {
  mend: Mend;
  victim?: string;
}

interface InjectDeps {
  stage: Stage;
  /** The containers that run now. */
  running(): readonly ContainerProcess[];
}

/** Begins a fault. Undefined if there is nothing that it could befall. */
export async function inject(deps: InjectDeps, fault: Fault): Promise<Injected | undefined> {
  const { stage } = deps;
  if (fault.target === "backend") return await hitBackend(deps, fault);
  const state = linkState(fault);
  if (state !== undefined) return { mend: spoilLinks(stage, fault, state) };
  const isPostgres = fault.target === "postgres";
  const mend = await (isPostgres ? hitPostgres(stage, fault) : hitPart(stage, fault));
  return mend && { mend };
}

async function hitPart(stage: Stage, { target, how, liveRestore }: Fault): Promise<Mend> {
  const part = stage.part(target);
  switch (how) {
    case "kill":
    case "restart":
      await part.stop(how === "kill" ? "SIGKILL" : "SIGTERM");
      return () => {
        const engine = stage.engines.get(target);
        if (engine === undefined) part.start();
        else engine.start(liveRestore);
      };
    case "pause":
      part.pause();
      return () => part.resume();
    default:
      part.crawl();
      return () => part.resume();
  }
}

/** It is many processes, and to stop all of them is one step: one that crawls just stands still. */
async function hitPostgres({ postgres }: Stage, { how }: Fault): Promise<Mend | undefined> {
  if (postgres === undefined) return undefined;
  switch (how) {
    case "kill":
      await postgres.kill9();
      return () => postgres.restart();
    case "restart":
      return () => postgres.restart();
    default:
      postgres.pause();
      return () => postgres.resume();
  }
}

async function hitBackend(
  { stage, running }: InjectDeps,
  { how, pick }: Fault,
): Promise<Injected | undefined> {
  const victims = running();
  const victim = victims[Math.floor(pick * victims.length)];
  if (victim === undefined) return undefined;
  if (how === "remove") {
    const name = `hangar-${victim.backend}`;
    const removals = [...stage.engines.values()].map(({ docker }) =>
      docker.getContainer(name).remove({ force: true }),
    );
    await Promise.allSettled(removals);
  } else {
    try {
      process.kill(victim.pid, "SIGKILL");
    } catch {
      return undefined;
    }
  }
  return { mend: () => undefined, victim: victim.backend };
}

function linkState({ how, pick }: Fault): LinkState | undefined {
  switch (how) {
    case "cut":
      return { kind: "cut" };
    case "hole":
      return { kind: "hole", holds: { up: true, down: true } };
    case "deaf":
      return { kind: "hole", holds: { up: false, down: true } };
    case "mute":
      return { kind: "hole", holds: { up: true, down: false } };
    case "slow":
      return { kind: "slow", latencyMs: 50 + pick * 450, bytesPerSecond: 20_000 + pick * 200_000 };
    default:
      return undefined;
  }
}

function spoilLinks(stage: Stage, { target, pick }: Fault, state: LinkState): Mend {
  const set = settersOf(stage, target, pick);
  for (const setLink of set) setLink(state);
  return () => {
    for (const setLink of set) setLink(OPEN);
  };
}

/** A controller is cut off from its database or from all of its peers. */
function settersOf(
  stage: Stage,
  target: PastFault["target"],
  pick: number,
): ((state: LinkState) => void)[] {
  const { links, controllerEnds } = stage;
  const whole = (name: string) => (state: LinkState) => links.get(name)?.set(state);
  if (target === "postgres") {
    const end = stage.databaseEnd;
    return CONTROLLERS.map((name) => (state) => end && links.get(name)?.set(state, end));
  }
  const end = controllerEnds.get(target as Controller);
  if (end === undefined || (pick < 0.5 && links.has(target))) return [whole(target)];
  const peers = [...links].filter(([name]) => !CONTROLLERS.includes(name as Controller));
  return peers.map(
    ([, link]) =>
      (state) =>
        link.set(state, end),
  );
}
