import { type Finding, fail, ok, skipped } from "../finding.ts";
import type { Acceptance } from "../offer-key.ts";
import type { Check } from "../run-checks.ts";
import { versionOf } from "./controller.ts";

const NAME = "WebSocket";

/** Drones and proxies dial through whatever stands before the controller. */
export const sockets: Check = {
  name: NAME,
  async run({ health, acceptance }) {
    if (versionOf(await health()) === undefined) {
      return [skipped(NAME, "not tried: there is no controller")];
    }
    return [judgeSockets(await Promise.all([acceptance("drone"), acceptance("proxy")]))];
  },
};

export function judgeSockets(dialled: readonly Acceptance[]): Finding {
  if (dialled.some(({ kind }) => kind === "accepted")) {
    return ok(NAME, "upgrades pass, as drones and proxies need them");
  }
  const stuck = dialled.find((acceptance) => acceptance.kind === "unknown");
  if (stuck !== undefined) {
    return fail(
      NAME,
      `upgrades do not pass: ${stuck.why}`,
      "Let whatever stands before the controller pass Upgrade and Connection headers.",
    );
  }
  return skipped(NAME, "not tried: it takes a drone key or a proxy key that is accepted");
}
