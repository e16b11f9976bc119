import { expect, test } from "vitest";
import { echoed, openWebSocket } from "../../scripts/localhost.ts";
import { CuttableDocker } from "./cuttable-docker.ts";
import { HangarProcesses } from "./hangar-processes.ts";

test("a drone whose Docker is away says so, is not placed on, keeps its backends and recovers", async () => {
  await using docker = await CuttableDocker.start();
  await using hangar = await HangarProcesses.start({
    droneWords: ["--docker-socket", docker.path],
  });
  const session = await hangar.client.connect({
    key: { name: "doc" },
    spawn: { image: "hangar/echo" },
    wait: "ready",
  });
  const socket = await openWebSocket(session.url);
  await docker.cut();
  await hangar.untilDrone(false);
  const [drone] = await hangar.client.listDrones();
  expect(drone?.unhealthy_because).toMatch(/docker runtime is not available/);
  const refused = hangar.client.connect({ spawn: { image: "hangar/echo" } });
  await expect(refused).rejects.toMatchObject({ code: "no-drone-available", status: 503 });
  expect(await echoed(socket, "sessions need no Engine")).toBe(true);
  await docker.mend();
  await hangar.untilDrone(true);
  const other = await hangar.client.connect({ spawn: { image: "hangar/echo" }, wait: "ready" });
  expect(other.status).toBe("ready");
  const again = await hangar.client.connect({ key: { name: "doc" } });
  expect(again).toMatchObject({ backend_id: session.backend_id, spawned: false });
  socket.close();
});
