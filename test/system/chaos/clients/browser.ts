import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { PROXIES } from "../fault.ts";
import { monotonicMs } from "../monotonic-ms.ts";
import type { Session } from "./connect.ts";
import { openSocket, parseTold, toVisit } from "./through-proxy.ts";
import type { World } from "./world.ts";

const ASK_EVERY_MS = 400;
const LONGEST_STAY_MS = 25_000;
const SHORTEST_STAY_MS = 1_000;

/** Opens a WebSocket to a session and keeps asking who is there, until it has seen enough or is cut off. */
export async function browse(world: World, session: Session, signal: AbortSignal): Promise<void> {
  const { recorder, random } = world;
  const proxy = random.pick(PROXIES);
  const leavesAt = monotonicMs() + random.logBetween(SHORTEST_STAY_MS, LONGEST_STAY_MS);
  const socket = openSocket(proxy, session);
  socket.on("error", () => undefined);
  let asked = 0;
  let isLeaving = false;
  socket.on("message", (data) => {
    const told = parseTold(String(data));
    if (told !== undefined) recorder.record(toVisit(proxy, session, asked, told));
  });
  const closed = once(socket, "close");
  const opened = await Promise.race([
    once(socket, "open").then(() => true),
    closed.then(() => false),
  ])
    // The error that the close is about to tell of.
    .catch(() => false);
  if (!opened) return;
  socket.on("close", (code: number) => {
    const { backend } = session;
    if (!isLeaving) recorder.record({ kind: "socket-lost", proxy, backend, code });
  });
  while (!signal.aborted && monotonicMs() < leavesAt && socket.readyState === socket.OPEN) {
    asked = monotonicMs();
    socket.send("who is there?");
    await delay(ASK_EVERY_MS);
  }
  isLeaving = true;
  socket.terminate();
}
