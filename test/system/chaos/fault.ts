export const CONTROLLERS = ["controller-a", "controller-b"] as const;
export const DRONES = ["drone-1", "drone-2", "drone-3"] as const;
export const ENGINES = ["dockerd-1", "dockerd-2", "dockerd-3"] as const;
export const PROXIES = ["proxy-1", "proxy-2"] as const;
export type Controller = (typeof CONTROLLERS)[number];
export type Drone = (typeof DRONES)[number];
export type EngineName = (typeof ENGINES)[number];
export type Proxy = (typeof PROXIES)[number];

/** What a fault may befall. `backend` is one container of those that run just then. */
export const TARGETS = [
  ...CONTROLLERS,
  ...DRONES,
  ...PROXIES,
  "postgres",
  ...ENGINES,
  "backend",
] as const;
export type Target = (typeof TARGETS)[number];

/**
 * What befalls it. To the process: `kill` (SIGKILL; started again at the fault's end), `restart` (SIGTERM;
 * started again at its end), `pause` (SIGSTOP, SIGCONT), `crawl` (stopped for most of the time). To its
 * link: `cut` (connections are reset, new ones too), `hole` (nothing passes, nothing is said), `deaf` and
 * `mute` (the same in one direction), `slow` (late and narrow). To a backend: `kill`, `remove`.
 */
export type How =
  | "kill"
  | "restart"
  | "pause"
  | "crawl"
  | "cut"
  | "hole"
  | "deaf"
  | "mute"
  | "slow"
  | "remove";

export interface Fault {
  id: number;
  target: Target;
  how: How;
  /** How long it is meant to last. */
  forMs: number;
  /** Of dockerd: whether the one that is started afterwards keeps containers when it goes. */
  liveRestore: boolean;
  /** Decides what is left to choose when it begins: which container, which of two links. */
  pick: number;
}

/** A fault that has been, by the harness's clock. */
export interface PastFault extends Fault {
  /** The backend that was hit, if it was one. */
  victim?: string;
  began: number;
  until: number;
}

/** Whether connections break, so that somebody has to dial again. */
export function disconnects({ how }: Fault): boolean {
  return how === "kill" || how === "restart" || how === "cut";
}

/** Each drone has an Engine of its own, as each machine would. */
export function engineOf(drone: Drone): EngineName {
  return ENGINES[DRONES.indexOf(drone)] as EngineName;
}
