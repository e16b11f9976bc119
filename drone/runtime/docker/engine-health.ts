import type { RuntimeHealth } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { HEALTH_TIMEOUT_MS } from "./engine.ts";
import { referencesOf } from "./image-reference.ts";
import { ensureNetwork } from "./network.ts";

/** Healthy means that a backend could be started now, so Hangar's network is seen to as well. */
export async function engineHealth({
  engine,
  options,
}: Pick<DockerDeps, "engine" | "options">): Promise<RuntimeHealth> {
  try {
    const images = await engine.call(
      (docker, abortSignal) => docker.listImages({ abortSignal }),
      HEALTH_TIMEOUT_MS,
    );
    const { Version } = await engine.call((docker) => docker.version(), HEALTH_TIMEOUT_MS);
    const health = { version: Version, images: images.flatMap(referencesOf) };
    try {
      await ensureNetwork(engine, options.network);
      return { ok: true, ...health };
    } catch (error) {
      return { ok: false, ...health, error: messageOf(error) };
    }
  } catch (error) {
    return { ok: false, images: [], error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
