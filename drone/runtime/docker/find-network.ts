import type { NetworkInspectInfo } from "dockerode";
import type { Engine } from "./engine.ts";

export async function findNetwork(
  engine: Engine,
  name: string,
): Promise<NetworkInspectInfo | undefined> {
  const named = await engine.call((docker, abortSignal) =>
    docker.listNetworks({ filters: { name: [name] }, abortSignal }),
  );
  // The filter also finds names that only contain this one.
  return named.filter(({ Name }) => Name === name).sort(byAge)[0];
}

function byAge(a: NetworkInspectInfo, b: NetworkInspectInfo): number {
  return a.Created === b.Created ? a.Id.localeCompare(b.Id) : a.Created.localeCompare(b.Created);
}
