import type { Log } from "../log.ts";
import type { Tracing, TracingConfig } from "./tracing.ts";

export interface TracingDeps {
  log: Log;
}

/** Undefined if nobody wants it: then nothing of it is even loaded. */
export async function openTracing(
  deps: TracingDeps,
  config: TracingConfig | undefined,
  about: { service: string; instance: string; version: string },
): Promise<Tracing | undefined> {
  if (config === undefined) return undefined;
  const { OtelTracing } = await import("./otel-tracing.ts");
  return new OtelTracing(deps, config, about);
}
