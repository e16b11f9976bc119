import { describe } from "vitest";
import type { CreateEngine } from "../../proxy/engine.ts";
import { abortConformance } from "./conformance/aborts.ts";
import { bodyConformance } from "./conformance/bodies.ts";
import { cutConformance } from "./conformance/cuts.ts";
import { failureConformance } from "./conformance/failures.ts";
import { figureConformance } from "./conformance/figures.ts";
import { headConformance } from "./conformance/heads.ts";
import { hostileConformance } from "./conformance/hostile-clients.ts";
import { leavingConformance } from "./conformance/leaving.ts";
import { upgradeConformance } from "./conformance/upgrades.ts";
import { TRANSPORTS } from "./harness/engine-door.ts";
import { type StartEngineFixture, startEngineFixture } from "./harness/engine-fixture.ts";

/** What every engine of HTTP/1.1 keeps, over TLS too; each engine's test file calls this once. */
export function engineConformance(createEngine: CreateEngine): void {
  describe.each(TRANSPORTS)("over %s", (transport) => {
    const start: StartEngineFixture = (options) =>
      startEngineFixture(createEngine, { transport, ...options });
    headConformance(start);
    bodyConformance(start);
    abortConformance(start);
    failureConformance(start);
    upgradeConformance(start);
    hostileConformance(start);
    leavingConformance(start);
    cutConformance(start);
    figureConformance(start);
  });
}
