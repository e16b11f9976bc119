import type { ControllerConfig } from "../../controller/config.ts";
import { type Controller, startController } from "../../controller/index.ts";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { DroneHealth } from "../../src/protocol/drone.ts";
import type { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { ControllerToProxy, ProxyToController } from "../../src/protocol/proxy-messages.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { ScriptedPeer } from "../harness/scripted-peer.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aHealth } from "./a-health.ts";

export const CLUSTER = "localhost:9090";
export const ADDRESS = { host: "10.0.0.2", port: 8080 };

export type TestDrone = ScriptedPeer<ControllerToDrone, DroneToController>;
export type TestProxy = ScriptedPeer<ControllerToProxy, ProxyToController>;

export interface TestController extends AsyncDisposable {
  controller: Controller;
  logLines: string[];
  dataDir: string;
  call(method: string, path: string, body?: unknown, key?: string | null): Promise<Answer>;
  drone(name?: string, backendIds?: BackendId[]): Promise<TestDrone>;
  proxy(name?: string): Promise<TestProxy>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: never;
}

/** A real controller on a port of its own. */
export async function aController(
  overrides: Partial<ControllerConfig> = {},
): Promise<TestController> {
  const dir = await tempDir();
  const { log, lines } = recordingLog();
  const dataDir = overrides.dataDir ?? dir.path;
  const controller = await startController(
    { clock: systemClock, log },
    { host: "127.0.0.1", port: 0, cluster: CLUSTER, dataDir, sweepIntervalMs: 20, ...overrides },
  );
  const { url, keys } = controller;
  return {
    controller,
    logLines: lines,
    dataDir,
    call: (method, path, body, key = keys.admin) => call(url, method, path, body, key),
    drone: async (name = "dr-one", backend_ids = []) => {
      const about = { drone: name, cluster: CLUSTER, pool: "", runtime: "docker" };
      const drone: TestDrone = await ScriptedPeer.dial({ url, key: keys.drone }, "drone", about);
      beat(drone);
      drone.say({ type: "lease-request", request_id: 1, backend_ids });
      drone.say({ type: "inventory", backend_ids });
      await drone.next("lease");
      return drone;
    },
    proxy: (name = "px-one") =>
      ScriptedPeer.dial({ url, key: keys.proxy }, "proxy", { proxy: name, cluster: CLUSTER }),
    async [Symbol.asyncDispose]() {
      await controller[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  body: unknown,
  key: string | null,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as never,
  };
}

export function beat(drone: TestDrone, health: Partial<DroneHealth> = {}): void {
  const time = { clock: "boot-1", ms: Math.round(performance.now()) };
  drone.say({ type: "heartbeat", health: aHealth(health), time });
}

let reportIds = 0;

export function report(drone: TestDrone, backend_id: BackendId, state: BackendState): void {
  reportIds += 1;
  drone.say({ type: "report", report_id: reportIds, backend_id, state, age_ms: 0 });
}

/** Takes the spawn that the drone was sent, acknowledges it and reports it ready. */
export async function runSpawn(drone: TestDrone): Promise<BackendId> {
  const { action_id, action } = await drone.next("action", (each) => each.action.type === "spawn");
  if (action.type !== "spawn") throw new Error("not a spawn");
  drone.say({ type: "action-ack", action_id });
  report(drone, action.spec.backend_id, { status: "ready", address: ADDRESS });
  return action.spec.backend_id;
}
