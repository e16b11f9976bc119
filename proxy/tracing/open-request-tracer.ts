import { VERSION } from "../../src/protocol/version.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import { openTracing, type TracingDeps } from "../../src/shared/tracing/open-tracing.ts";
import type { ProxyConfig } from "../config.ts";
import { RequestTracer } from "./request-tracer.ts";

/** It outlives what it traces. Undefined unless somebody wants traces. */
export async function openRequestTracer(
  stack: ServiceStack,
  { clock, log }: TracingDeps & { clock: Clock },
  { tracing: config, name: instance }: ProxyConfig,
): Promise<RequestTracer | undefined> {
  const about = { service: "hangar-proxy", instance, version: VERSION };
  const tracing = await openTracing({ log }, config, about);
  return tracing && new RequestTracer({ clock, tracing: stack.use(tracing) });
}
