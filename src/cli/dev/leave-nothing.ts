import type { Builder } from "../../../drone/build.ts";
import type { Clock } from "../../shared/clock.ts";
import type { DevPlan } from "./dev-plan.ts";

export interface LeaveDeps {
  builder: Builder;
  clock: Clock;
  plan: DevPlan;
}

const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** The last container: a drone removes them after it has told that they ended. */
export async function leaveNoContainer({ builder, clock, plan }: LeaveDeps): Promise<void> {
  await until(clock, async () => (await builder.countContainers(plan.droneName)) === 0);
}

/** The project's network, once its drone is gone; the newest image stays, for the next time. */
export async function leaveNoNetwork({ builder, clock, plan }: LeaveDeps): Promise<void> {
  await until(clock, () => builder.removeNetwork(plan.network));
}

async function until(clock: Clock, isDone: () => Promise<boolean>): Promise<void> {
  const deadlineMs = clock.monotonicMs() + PATIENCE_MS;
  while (!(await isDone()) && clock.monotonicMs() < deadlineMs) await clock.sleep(POLL_MS);
}
