import type { CreateEngine } from "../../proxy/engine.ts";
import { abortConformance } from "./conformance/aborts.ts";
import { bodyConformance } from "./conformance/bodies.ts";
import { failureConformance } from "./conformance/failures.ts";
import { figureConformance } from "./conformance/figures.ts";
import { headConformance } from "./conformance/heads.ts";
import { hostileConformance } from "./conformance/hostile-clients.ts";
import { leavingConformance } from "./conformance/leaving.ts";
import { upgradeConformance } from "./conformance/upgrades.ts";

/** What every engine keeps; each engine's test file calls this once. */
export function engineConformance(createEngine: CreateEngine): void {
  headConformance(createEngine);
  bodyConformance(createEngine);
  abortConformance(createEngine);
  failureConformance(createEngine);
  upgradeConformance(createEngine);
  hostileConformance(createEngine);
  leavingConformance(createEngine);
  figureConformance(createEngine);
}
