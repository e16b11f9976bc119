import { join } from "node:path";
import { expect } from "vitest";
import type { RuntimeConfig } from "../../drone/config.ts";
import { startDrone } from "../../drone/index.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import type { Backend, PublicStatus } from "../../src/protocol/backend.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { aController, CLUSTER, type TestController } from "../controller/a-controller.ts";
import { endBackends } from "../harness/end-backends.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

interface Site extends AsyncDisposable {
  hangar: TestController;
  client: HangarClient;
}

/** A controller, and a drone with a runtime; whoever gives the runtime clears away what it has made. */
export async function aSite(name: string, runtime: RuntimeConfig): Promise<Site> {
  const stack = new ServiceStack();
  const directory = stack.use(await tempDir());
  const hangar = stack.use(await aController());
  const { url, keys } = hangar.controller;
  stack.use(
    await startDrone(
      { clock: systemClock, log: recordingLog().log },
      {
        ...{ controllerUrl: url, key: keys.drone, name, cluster: CLUSTER, pool: "" },
        ...{ dataDir: join(directory.path, "drone"), runtime, guard: "external" },
      },
    ),
  );
  const client = createClient({ url, key: keys.admin });
  stack.defer(() => endBackends(client));
  return { hangar, client, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

/** From its spawn to its end: each state in its order, its route, its activity and how it was ended. */
export async function liveOnce({ hangar, client }: Site, image: string): Promise<void> {
  const { backend_id, spawned, token, secret_token } = await client.connect({
    key: { name: "doc" },
    spawn: { image },
    queue_seconds: 20,
  });
  expect(spawned).toBe(true);
  const told: PublicStatus["status"][] = [];
  const following = follow(client, backend_id, told);
  await waitFor("ready", () => told.includes("ready"), 30_000);
  expect((await client.status(backend_id)).status).toBe("ready");

  await using proxy = await hangar.proxy();
  proxy.say({ type: "route-request", request_id: 1, label: backend_id, token: token ?? "" });
  const { result } = await proxy.next("route-response");
  expect(result).toMatchObject({ kind: "route", route: { backend_id, status: "ready" } });
  expect(JSON.stringify(result)).toContain(secret_token);

  const before = await client.getBackend(backend_id);
  const backends = [{ backend_id, open: 1, idle_ms: 0 }];
  proxy.say({ type: "activity", complete: true, backends });
  await waitFor("the activity", async () => {
    const { last_active_at, open_connections } = await client.getBackend(backend_id);
    return open_connections === 1 && last_active_at > before.last_active_at;
  });

  await client.terminate(backend_id);
  await following;
  expect(told).toEqual([
    ...["scheduled", "loading", "starting", "waiting", "ready"],
    ...["terminating", "terminated"],
  ]);
  const end = await client.getBackend(backend_id);
  expect(end.termination).toMatchObject({ reason: "external", kind: "soft" });
  expectOrderedTimes(end);
}

async function follow(
  client: HangarClient,
  id: BackendId,
  told: PublicStatus["status"][],
): Promise<void> {
  for await (const { status } of client.statusStream(id)) {
    // Progress of a pull is told with the status that it belongs to.
    if (told.at(-1) !== status) told.push(status);
  }
}

function expectOrderedTimes({ timeline }: Backend): void {
  const times = timeline.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
}
