import { expect, test } from "vitest";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { DroneList } from "../../src/protocol/drone.ts";
import { aDatabase } from "../harness/postgres-database.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aController } from "./a-controller.ts";

test("what one controller revokes, the proxies of another hear", async () => {
  const database = await aDatabase();
  await using one = await aController({ database });
  await using two = await aController({ database });
  await using _drone = await one.drone();
  await using proxy = await two.proxy();
  await waitFor("a healthy drone", async () => {
    const { body } = await one.call("GET", "/v1/drones");
    return (body as DroneList).drones.some(({ healthy }) => healthy);
  });
  const request = { key: { name: "doc" }, spawn: { image: "hangar/echo" }, user: "ada" };
  const { backend_id }: ConnectResponse = (await one.call("POST", "/v1/connect", request)).body;
  await one.call("DELETE", `/v1/backends/${backend_id}/tokens?user=ada`);
  expect((await proxy.next("tokens-revoked")).revocation).toEqual({
    ...{ backend_id, user: "ada", generation: 0 },
  });
});
