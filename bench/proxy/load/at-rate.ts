import { setImmediate as nextTurn } from "node:timers/promises";
import { percentile } from "../../statistics.ts";
import type { Connection } from "./connection.ts";
import { Schedule } from "./schedule.ts";

export interface Latencies {
  asked: number;
  /** Of those, what had no answer when patience ended. */
  unanswered: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Pace {
  perSecond: number;
  ms: number;
  /** How long answers may take once nothing more is due. Default: 2,000. */
  patienceMs?: number;
}

const PATIENCE_MS = 2_000;

/**
 * At a fixed rate, whatever the answers do. Each latency counts from when the message was due, so a wait
 * for a free connection is in it; what is never answered counts with the time it has waited.
 */
export async function askAtRate(
  connections: readonly Connection[],
  messages: readonly Buffer[],
  { perSecond, ms, patienceMs = PATIENCE_MS }: Pace,
): Promise<Latencies> {
  const latencies: number[] = [];
  const free = new Set(connections);
  const schedule = new Schedule(perSecond, ms);
  const inFlight = new Set<Connection>();
  let asked = 0;
  const startedMs = performance.now();
  const askOn = (connection: Connection, dueMs: number) => {
    connection.dueMs = dueMs;
    free.delete(connection);
    inFlight.add(connection);
    connection.send(messages[asked % messages.length] as Buffer);
    asked += 1;
  };
  const settle = (connection: Connection) => {
    const nowMs = performance.now() - startedMs;
    latencies.push(nowMs - connection.dueMs);
    inFlight.delete(connection);
    free.add(connection);
  };
  for (const connection of connections) connection.onAnswer = () => settle(connection);
  let broken: unknown;
  const breaks = Promise.race(connections.map((connection) => connection.broken));
  breaks.catch((error: unknown) => {
    broken = error ?? new Error("broken");
  });
  // Turning all the time is what makes it punctual: a timer would be late by up to a millisecond.
  for (let nowMs = 0; nowMs < ms + patienceMs; nowMs = performance.now() - startedMs) {
    if (broken !== undefined) throw broken;
    for (const connection of free) {
      const dueMs = schedule.take(nowMs);
      if (dueMs === undefined) break;
      askOn(connection, dueMs);
    }
    if (schedule.isEmpty && inFlight.size === 0) break;
    await nextTurn();
  }
  const endMs = performance.now() - startedMs;
  const waiting = [...[...inFlight].map(({ dueMs }) => dueMs), ...schedule.rest()];
  latencies.push(...waiting.map((dueMs) => endMs - dueMs));
  return {
    asked: latencies.length,
    unanswered: waiting.length,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  };
}
