import type { Builder } from "../../../drone/build.ts";
import type { Clock } from "../../shared/clock.ts";
import type { DevPlan } from "./dev-plan.ts";
import type { Site } from "./start-site.ts";

export interface LeaveDeps {
  builder: Builder;
  clock: Clock;
  plan: DevPlan;
  site: Site;
}

const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** The last container, then the three processes, then their network; the newest image stays, for the next time. */
export async function leaveNothing({ builder, clock, plan, site }: LeaveDeps): Promise<void> {
  const deadlineMs = clock.monotonicMs() + PATIENCE_MS;
  const until = async (isDone: () => Promise<boolean>) => {
    while (!(await isDone()) && clock.monotonicMs() < deadlineMs) await clock.sleep(POLL_MS);
  };
  try {
    // A drone removes them after it has told that they ended.
    await until(async () => (await builder.countContainers(plan.droneName)) === 0);
  } finally {
    await site[Symbol.asyncDispose]();
  }
  await until(() => builder.removeNetwork(plan.network));
}
