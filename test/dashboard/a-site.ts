import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { startController } from "../../controller/index.ts";
import { startDrone } from "../../drone/index.ts";
import { startProxy } from "../../proxy/index.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { endBackends } from "../harness/end-backends.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

export interface Site extends AsyncDisposable {
  /** Of the controller. */
  readonly url: string;
  readonly adminKey: string;
  readonly client: HangarClient;
}

/** Greets its user, and writes on each stream; in colours, and what would be markup. */
const APP = `
console.log("listening"); console.error("no cache configured");
console.log("\\u001b[32mall is well\\u001b[0m <img src=x onerror=alert(1)>");
require("node:http").createServer((request, response) => {
  response.end("hello " + request.headers["x-verified-username"]);
}).listen(process.env.PORT);
process.on("SIGTERM", () => process.exit(0));
`;

/** Controller, drone and proxy, all real, with plain processes as backends: the app is named "app". */
export async function aSite(): Promise<Site> {
  const stack = new ServiceStack();
  const { path } = stack.use(await tempDir());
  await mkdir(join(path, "apps/app"), { recursive: true });
  await writeFile(join(path, "apps/app/index.js"), APP);
  // Held until the proxy wants it: the others, too, take ports as they come.
  const held = createServer().listen(0, "127.0.0.1");
  await once(held, "listening");
  const { port } = held.address() as AddressInfo;
  const cluster = `localhost:${port}`;
  const deps = { clock: systemClock, log: recordingLog().log };
  const host = "127.0.0.1";
  const controller = stack.use(
    await startController(deps, { host, port: 0, cluster, dataDir: path, sweepIntervalMs: 100 }),
  );
  const { url, keys } = controller;
  const peer = { controllerUrl: url, cluster };
  const runtime = { name: "process" as const, appsDir: join(path, "apps") };
  const drone = { ...peer, key: keys.drone, name: "dr-one", pool: "", guard: "external" as const };
  stack.use(await startDrone(deps, { ...drone, dataDir: join(path, "drone"), runtime }));
  const proxy = { ...peer, key: keys.proxy, name: "px-one", trustedProxies: [] };
  held.close();
  await once(held, "close");
  stack.use(await startProxy(deps, { ...proxy, host, port }));
  const client = createClient({ url, key: keys.admin });
  stack.defer(() => endBackends(client));
  await waitFor("the drone", async () =>
    (await client.listDrones()).some(({ healthy }) => healthy),
  );
  return {
    url,
    adminKey: keys.admin,
    client,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
