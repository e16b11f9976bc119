import { setTimeout as delay } from "node:timers/promises";
import { serveOrders } from "../part.ts";
import { AnswerReader } from "./load/answer-reader.ts";
import { askAtRate, type Latencies } from "./load/at-rate.ts";
import { Connection } from "./load/connection.ts";
import { openWebSockets } from "./load/idle.ts";
import { askInTurns, type Rate } from "./load/in-turns.ts";
import { reasonOf } from "./reason.ts";
import { FRAME, type RequestKind, requestsOf } from "./requests.ts";

/** What goes over each connection, again and again. */
export type Traffic = RequestKind | "echoes";

interface Target {
  port: number;
  connections: number;
}

export type LoadOrder =
  | (Target & { kind: "in-turns"; traffic: Traffic; ms: number })
  | (Target & { kind: "at-rate"; traffic: Traffic; ms: number; perSecond: number })
  /** WebSockets that stay open and silent until the next order. */
  | (Target & { kind: "hold" })
  | { kind: "let-go" };

export type LoadAnswer =
  | { kind: "rate"; rate: Rate }
  | { kind: "latencies"; latencies: Latencies }
  | { kind: "done" }
  | { kind: "failed"; why: string };

let held: Connection[] = [];

serveOrders<LoadOrder, LoadAnswer>(async (order) => {
  try {
    return await obey(order);
  } catch (error) {
    return { kind: "failed", why: reasonOf(error) };
  }
});

async function obey(order: LoadOrder): Promise<LoadAnswer> {
  letGo();
  switch (order.kind) {
    case "in-turns":
      return await withConnections(order, async (connections, messages) => ({
        kind: "rate",
        rate: await askInTurns(connections, messages, order.ms),
      }));
    case "at-rate":
      return await withConnections(order, async (connections, messages) => ({
        kind: "latencies",
        latencies: await askAtRate(connections, messages, order),
      }));
    case "hold":
      held = await inTime(openWebSockets(order.port, order.connections));
      return { kind: "done" };
    case "let-go":
      return { kind: "done" };
    default:
      return order satisfies never;
  }
}

async function withConnections(
  { port, connections: count, traffic }: Target & { traffic: Traffic },
  work: (connections: Connection[], messages: Buffer[]) => Promise<LoadAnswer>,
): Promise<LoadAnswer> {
  const opening =
    traffic === "echoes"
      ? openWebSockets(port, count)
      : Promise.all(Array.from({ length: count }, () => Connection.open(port, new AnswerReader())));
  const connections = await inTime(opening);
  try {
    return await work(connections, traffic === "echoes" ? [FRAME] : requestsOf(traffic));
  } finally {
    for (const connection of connections) connection.close();
  }
}

const OPEN_DEADLINE_MS = 120_000;

async function inTime<T>(opening: Promise<T>): Promise<T> {
  const patience = new AbortController();
  const tooLate = delay(OPEN_DEADLINE_MS, undefined, patience).then((): never => {
    throw new Error("the connections did not open in time");
  });
  try {
    return await Promise.race([opening, tooLate]);
  } finally {
    patience.abort();
    tooLate.catch(() => undefined);
  }
}

function letGo(): void {
  for (const connection of held) connection.close();
  held = [];
}
