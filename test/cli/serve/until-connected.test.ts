import { expect, test } from "vitest";
import { untilConnected } from "../../../src/cli/serve/until-connected.ts";
import { createClient } from "../../../src/client/client.ts";
import type { Drone } from "../../../src/protocol/drone.ts";
import { answer, scriptedApi } from "../../client/scripted-api.ts";
import { aDrone } from "../fixtures.ts";

const NAME = "dr-box";
const proxy = { connected: true };
const { signal } = new AbortController();

/** Of a session that began five seconds ago. */
async function lookedAt(...looks: readonly Drone[]) {
  await using api = await scriptedApi({
    "GET /v1/drones": looks.map((drone) => answer({ drones: [drone] })),
  });
  const client = createClient({ url: api.url });
  const sinceMs = performance.now() - 5_000;
  const { drone } = await untilConnected({ client, proxy, droneName: NAME, sinceMs, signal });
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
  const found = await lookedAt(
    aDrone({ name: NAME, healthy: false, health: null, last_heartbeat_age_ms: null }),
    aDrone({ name: NAME, healthy: false, health: away }),
  );
  expect(found).toMatchObject({ drone: { healthy: false }, looks: 2 });
});

test("what a drone told when it ran before is not how it is now", async () => {
  const stale = { name: NAME, last_heartbeat_age_ms: 60_000 };
  const found = await lookedAt(
    aDrone({ ...stale, healthy: false, unhealthy_because: "its docker runtime is not available" }),
    aDrone(stale),
    aDrone({ name: NAME }),
  );
  expect(found).toMatchObject({ drone: { healthy: true }, looks: 3 });
});

test("what has told nothing when patience ends is told as such, not by its old words", async () => {
  const stale = { last_heartbeat_age_ms: 60_000, healthy: false, unhealthy_because: "no socket" };
  const drones = [aDrone({ name: NAME, ...stale })];
  await using api = await scriptedApi({ "GET /v1/drones": answer({ drones }) });
  const deps = { client: createClient({ url: api.url }), proxy, droneName: NAME, signal };
  const { drone } = await untilConnected({ ...deps, sinceMs: performance.now(), patienceMs: 0 });
  expect(drone).toMatchObject({
    healthy: false,
    unhealthy_because: "has not told its health yet",
    health: null,
  });
});
