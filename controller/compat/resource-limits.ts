import { type Static, Type } from "typebox";
import { ApiError } from "../../src/protocol/errors.ts";
import { Resources } from "../../src/protocol/spawn-config.ts";
import { given, Nullish } from "./given.ts";

/** The limits of a Docker container, as Plane's and Jamsocket's clients state them. */
export const ResourceLimits = Type.Object(
  {
    cpu_period: Nullish(Type.Integer({ minimum: 0 })),
    cpu_period_percent: Nullish(Type.Integer({ minimum: 0, maximum: 102_400 })),
    cpu_time_limit: Nullish(Type.Integer({ minimum: 0 })),
    memory_limit_bytes: Nullish(Resources.properties.memory_bytes),
    disk_limit_bytes: Nullish(Resources.properties.disk_bytes),
  },
  { additionalProperties: false },
);
export type ResourceLimits = Static<typeof ResourceLimits>;

/**
 * A percentage is one of a core. The period over which it is measured is Docker's own, so `cpu_period`
 * says nothing more; a limit on CPU time in all would be lost, so it is refused.
 */
export function toResources(limits: ResourceLimits | null | undefined): Resources {
  if (limits === null || limits === undefined) return {};
  if (limits.cpu_time_limit != null) {
    throw new ApiError(
      "invalid-request",
      "resource_limits.cpu_time_limit: Hangar does not limit CPU time in all; leave it out",
    );
  }
  const percent = limits.cpu_period_percent ?? 0;
  return given<Resources>({
    cpus: percent === 0 ? undefined : percent / 100,
    memory_bytes: limits.memory_limit_bytes,
    disk_bytes: limits.disk_limit_bytes,
  });
}
