import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { processStage } from "./process-stage.ts";

const PATIENT = { timeout: 60_000 };

test("a drone that is killed loses no backend, and no connection to one", PATIENT, async () => {
  await using stage = await processStage("external");
  const { controller } = stage;
  const first = await stage.start();
  const { id, address } = await stage.spawnReady();
  const client = connect(address).setEncoding("utf8");
  const echo = async (text: string) => {
    client.write(text);
    return String((await once(client, "data"))[0]);
  };
  expect(await echo("before")).toBe("before");

  await first.kill();
  expect(await echo("meanwhile")).toBe("meanwhile");

  const second = await stage.start();
  const inventory = await waitFor("inventory", () => controller.all("inventory").at(1));
  expect(inventory.backend_ids).toEqual([id]);
  expect(await echo("afterwards")).toBe("afterwards");
  controller.act({ type: "terminate", backend_id: id, kind: "hard", reason: "external" });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "external", kind: "hard" });
  expect(controller.states(id).filter(({ status }) => status === "ready")).toHaveLength(1);
  client.destroy();
  await second.kill();
});
