import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../src/shared/clock.ts";
import { count } from "../../src/shared/figures/count.ts";
import { timedCalls } from "../../src/shared/timed-calls.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import type { FencedDrone, LeaseAnswer } from "../store/fleet-store.ts";
import type { Report, Store } from "../store/store.ts";
import type { Figures } from "./figures.ts";

/** The same store, but that what it answers is counted: nobody else has to. */
export function watchStore(store: Store, figures: Figures, clock: Clock): Store {
  const calls = timedCalls(store, clock, ({ name, tookMs, error }) => {
    figures.databaseCall(name, tookMs);
    const isAway = error !== undefined && isDatabaseAway(error);
    figures.isDatabaseUp = !isAway;
    if (error !== undefined) figures.databaseErrors[isAway ? "away" : "other"] += 1;
  });
  return {
    ...calls,
    // These ask nothing of the database.
    subscribe: store.subscribe,
    hurry: store.hurry,
    post: store.post,
    onPost: store.onPost,
    async spawn(...plan) {
      const outcome = await calls.spawn(...plan);
      count(figures.claims, outcome.kind);
      return outcome;
    },
    async recordReport(report) {
      const accepted = await calls.recordReport(report);
      if (accepted) countReport(figures, report);
      else figures.reportsStale += 1;
      // Not waited for, as nothing hangs on it.
      if (accepted && report.state.status === "ready") void timeSpawn(figures, calls, report);
      return accepted;
    },
    async refuseSpawn(...refusal) {
      await calls.refuseSpawn(...refusal);
      figures.spawnsRefused += 1;
    },
    async moveSpawn(...move) {
      const moved = await calls.moveSpawn(...move);
      if (moved) figures.spawnsMoved += 1;
      return moved;
    },
    async abandonSpawn(spawn, end) {
      await calls.abandonSpawn(spawn, end);
      figures.spawnsAbandoned += 1;
    },
    async renewLease(request) {
      const answer = await calls.renewLease(request);
      countLease(figures, answer);
      return answer;
    },
    async reconcile(...inventory) {
      const disowned = await calls.reconcile(...inventory);
      figures.disowned += disowned.length;
      return disowned;
    },
    async fenceLapsed(asOf) {
      const fenced = await calls.fenceLapsed(asOf);
      countFenced(figures, fenced);
      return fenced;
    },
    async sweep(trustMs) {
      const swept = await calls.sweep(trustMs);
      figures.swept += swept.length;
      return swept;
    },
  };
}

function countReport(figures: Figures, { state }: Report): void {
  figures.reportsAccepted += 1;
  const { stepMs } = figures;
  switch (state.status) {
    case "starting":
      if (state.pull_ms !== undefined) stepMs.pull.observe(state.pull_ms);
      return;
    case "waiting":
      if (state.create_ms !== undefined) stepMs.create.observe(state.create_ms);
      if (state.start_ms !== undefined) stepMs.start.observe(state.start_ms);
      return;
    case "ready":
      if (state.first_answer_ms !== undefined) {
        stepMs["first-answer"].observe(state.first_answer_ms);
      }
      return;
    case "terminated":
      count(figures.ended, state.reason);
      return;
    case "scheduled":
    case "loading":
    case "terminating":
    case "hard-terminating":
      return;
    default:
      state satisfies never;
  }
}

/** From its transaction to ready, both by the database's clock. */
async function timeSpawn(
  figures: Figures,
  store: Pick<Store, "timeline">,
  { id, state }: Report,
): Promise<void> {
  const timeline = await store.timeline(id).catch(() => []);
  const scheduled = timeline.find(({ status }) => status === "scheduled");
  const ready = timeline.find(({ status }) => status === "ready");
  // One that is ready and has moved tells so by another report.
  if (scheduled === undefined || ready === undefined) return;
  if (!isDeepStrictEqual(ready.state, state)) return;
  figures.spawnMs.observe(ready.at - scheduled.at);
}

function countLease(figures: Figures, answer: LeaseAnswer | "session-over" | "not-judged-yet") {
  if (typeof answer === "string") return count(figures.leases, answer);
  count(figures.leases, "renewed");
  figures.leasesRefused += answer.refused.length;
  figures.disowned += answer.disowned.length;
}

function countFenced(figures: Figures, fenced: readonly FencedDrone[]): void {
  figures.dronesFenced += fenced.length;
  for (const { backendIds } of fenced) figures.backendsFenced += backendIds.length;
}
