import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "./connection.ts";

export interface Rate {
  answered: number;
  tookMs: number;
}

/** As fast as it goes: each connection asks again once it is answered. */
export async function askInTurns(
  connections: readonly Connection[],
  messages: readonly Buffer[],
  ms: number,
): Promise<Rate> {
  let answered = 0;
  let next = 0;
  const askOn = (connection: Connection) => {
    const message = messages[next % messages.length] as Buffer;
    next += 1;
    connection.send(message);
  };
  for (const connection of connections) {
    connection.onAnswer = () => {
      answered += 1;
      askOn(connection);
    };
    askOn(connection);
  }
  const startedMs = performance.now();
  await Promise.race([delay(ms), ...connections.map(({ broken }) => broken)]);
  const rate = { answered, tookMs: performance.now() - startedMs };
  for (const connection of connections) connection.onAnswer = () => undefined;
  return rate;
}
