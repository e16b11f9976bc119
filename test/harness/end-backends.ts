import type { HangarClient } from "../../src/client/client.ts";
import { waitFor } from "./wait-for.ts";

/** For the end of a test: a drone that leaves does not end what it runs. */
export async function endBackends(client: HangarClient, patienceMs = 30_000): Promise<void> {
  const live = async () => {
    const ids: string[] = [];
    for await (const { id, status } of client.listBackends()) {
      if (status !== "terminated") ids.push(id);
    }
    return ids;
  };
  for (const id of await live()) await client.terminate(id, { hard: true });
  await waitFor("no live backend", async () => (await live()).length === 0, patienceMs);
}
