import type { Drone } from "../../../protocol/drone.ts";
import { type Finding, ok, skipped, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const NAME = "drones";

export const drones: Check = {
  name: NAME,
  async run({ drones }) {
    return judgeDrones(await drones());
  },
};

/** Each that is unwell by name; those that are well by their number. */
export function judgeDrones(drones: readonly Drone[] | undefined): Finding[] {
  if (drones === undefined) {
    return [skipped(NAME, "not known: it takes an admin key that is accepted")];
  }
  if (drones.length === 0) return [warn(NAME, "none has joined", "Start one with `hangar drone`.")];
  const well = drones.filter(({ healthy }) => healthy).length;
  const unwell = drones
    .filter(({ healthy }) => !healthy)
    .map(({ name, unhealthy_because }) =>
      warn(name, unhealthy_because ?? "unhealthy", "Run `hangar doctor` on its machine."),
    );
  return [...(well === 0 ? [] : [ok(NAME, `${well} of ${drones.length} healthy`)]), ...unwell];
}
