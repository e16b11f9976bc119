import { expect, test } from "vitest";
import { untilConnected } from "../../../src/cli/serve/until-connected.ts";
import { createClient } from "../../../src/client/client.ts";
import type { Drone } from "../../../src/protocol/drone.ts";
import { answer, scriptedApi } from "../../client/scripted-api.ts";
import { aDrone } from "../fixtures.ts";

const NAME = "dr-box";
const proxy = { connected: true };
const { signal } = new AbortController();

async function lookedAt(...looks: readonly Drone[]) {
  await using api = await scriptedApi({
    "GET /v1/drones": looks.map((drone) => answer({ drones: [drone] })),
  });
  const client = createClient({ url: api.url });
  const { drone } = await untilConnected({ client, proxy, droneName: NAME, signal });
  return { drone, looks: api.asked.length };
}

test("a drone that has told its health and holds no lease yet is waited for", async () => {
  const leaseless = { healthy: false, unhealthy_because: "holds no lease" };
  const found = await lookedAt(
    aDrone({ name: NAME, healthy: false, connected: false }),
    aDrone({ name: NAME, ...leaseless }),
    aDrone({ name: NAME }),
  );
  expect(found).toMatchObject({ drone: { healthy: true }, looks: 3 });
});

test("a drone whose runtime is away is not waited for", async () => {
  const { health } = aDrone();
  if (health === null) throw new Error("a drone without health");
  const away = { ...health, runtime: { name: "docker" as const, ok: false, error: "no socket" } };
  const found = await lookedAt(aDrone({ name: NAME, healthy: false, health: away }));
  expect(found).toMatchObject({ drone: { healthy: false }, looks: 1 });
});
