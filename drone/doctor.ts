import type { Clock } from "../src/shared/clock.ts";
import type { DockerFacts } from "./doctor/docker-facts.ts";
import { tryNetwork } from "./doctor/try-network.ts";
import { connectEngine } from "./runtime/docker/engine.ts";

const ANSWER_LIMIT_MS = 5_000;

/**
 * For `hangar doctor`, which needs no drone. Asks the Engine; only if Hangar's network is missing, makes
 * one like it and takes it away again.
 */
export async function examineDocker(
  deps: { clock: Clock },
  network: string,
  socketPath?: string,
): Promise<DockerFacts> {
  const engine = connectEngine(deps, socketPath);
  try {
    const info = await engine.call((docker) => docker.info(), ANSWER_LIMIT_MS);
    return {
      kind: "here",
      version: info.ServerVersion,
      storageDriver: info.Driver,
      rootDir: info.DockerRootDir,
      lacks: LIMITS.filter(([field]) => info[field] === false).map(([, name]) => name),
      bridgeFilter: info.BridgeNfIptables === true,
      network: await tryNetwork(engine, network),
    };
  } catch (error) {
    return { kind: "away", error: error instanceof Error ? error.message : String(error) };
  }
}

const LIMITS = [
  ["MemoryLimit", "memory"],
  ["CpuCfsQuota", "CPU"],
  ["PidsLimit", "processes"],
] as const;
