import type { HistoryEvent } from "../history.ts";
import { fencingGrows } from "./fencing-grows.ts";
import type { Check, Finding } from "./finding.ts";
import { forwardOnly } from "./forward-only.ts";
import { knownContainers } from "./known-containers.ts";
import { noCrash } from "./no-crash.ts";
import { noForgery } from "./no-forgery.ts";
import { noSecret } from "./no-secret.ts";
import { nobodyDying } from "./nobody-dying.ts";
import { nothingLost } from "./nothing-lost.ts";
import { oneLiveBackend } from "./one-live-backend.ts";
import { refusedInOrder } from "./refused-in-order.ts";
import { rightBackend } from "./right-backend.ts";
import { settles } from "./settles.ts";
import { socketsLiveOn } from "./sockets-live-on.ts";
import { spawnsTold } from "./spawns-told.ts";

/** What must never be true, each as a check of its own. None of it knows the product's code. */
const CHECKS: readonly Check[] = [
  oneLiveBackend,
  knownContainers,
  forwardOnly,
  spawnsTold,
  rightBackend,
  noForgery,
  nothingLost,
  noSecret,
  fencingGrows,
  nobodyDying,
  socketsLiveOn,
  refusedInOrder,
  noCrash,
  settles,
];

export function checkHistory(history: readonly HistoryEvent[]): Finding[] {
  return CHECKS.map((check) => check(history));
}
