import { expect, test } from "vitest";
import {
  PlaneConnect,
  toConnectRequest,
} from "../../../controller/compat/plane/to-connect-request.ts";
import { ConnectRequest } from "../../../src/protocol/connect.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

/** As Plane's client in Rust writes it: what is not set is null or an empty default. */
const BARE = {
  key: null,
  spawn_config: {
    id: null,
    cluster: null,
    pool: "",
    executable: { image: "reg/app:1" },
    lifetime_limit_seconds: null,
    max_idle_seconds: null,
    use_static_token: false,
    subdomain: null,
  },
  user: null,
  auth: {},
};
const SPAWN = {
  image: "reg/app:1",
  grace_seconds: 30,
  pool: "",
  use_static_token: false,
  resources: {},
};

function understood(body: unknown): ConnectRequest {
  expect(validatorOf(PlaneConnect).explain(body)).toBe("no error");
  const request = toConnectRequest(body as PlaneConnect);
  expect(validatorOf(ConnectRequest).explain(request)).toBe("no error");
  return request;
}

const withExecutable = (fields: object) => ({
  ...BARE,
  spawn_config: { ...BARE.spawn_config, executable: { image: "reg/app:1", ...fields } },
});
const withSpawn = (fields: object) => ({
  ...BARE,
  spawn_config: { ...BARE.spawn_config, ...fields },
});

test("a request in which all is null or empty is a spawn of its image", () => {
  expect(understood(BARE)).toEqual({ spawn: SPAWN });
});

test.each([
  [{ name: "doc" }, { name: "doc" }],
  [
    { name: "doc", namespace: "", tag: "" },
    { name: "doc", namespace: "", tag: "" },
  ],
  [
    { name: "doc", namespace: "acme", tag: "v2" },
    { name: "doc", namespace: "acme", tag: "v2" },
  ],
])("key %j is the key %j", (key, expected) => {
  expect(understood({ key, spawn_config: null }).key).toEqual(expected);
});

test.each([
  [{ user: "ada" }, { user: "ada" }],
  [{ auth: { role: "x", deep: [1, null] } }, { auth: { role: "x", deep: [1, null] } }],
])("%j reaches the token", (fields, expected) => {
  expect(understood({ ...BARE, ...fields })).toEqual({ spawn: SPAWN, ...expected });
});

test.each([
  [{ cluster: "other.example:9090" }, { cluster: "other.example:9090" }],
  [{ pool: "gpu" }, { pool: "gpu" }],
  [{ lifetime_limit_seconds: 600 }, { lifetime_limit_seconds: 600 }],
  [{ max_idle_seconds: 30 }, { max_idle_seconds: 30 }],
  [{ use_static_token: true }, { use_static_token: true }],
  [{ subdomain: "My-Board" }, { subdomain: "my-board" }],
])("spawn_config %j is %j", (fields, expected) => {
  expect(understood(withSpawn(fields)).spawn).toEqual({ ...SPAWN, ...expected });
});

test.each([
  [{ pull_policy: "IfNotPresent" }, { pull_policy: "if-not-present" }],
  [{ pull_policy: "Always" }, { pull_policy: "always" }],
  [{ pull_policy: "Never" }, { pull_policy: "never" }],
  [{ env: { A: "1" } }, { env: { A: "1" } }],
  [
    { credentials: { username: "u", password: "p" } },
    { credentials: { username: "u", password: "p" } },
  ],
  [{ mount: true }, { mount: true }],
  [{ mount: false }, { mount: false }],
  [{ mount: "teams/blue" }, { mount: "teams/blue" }],
  [{ network_name: "apps" }, { network: "apps" }],
  [{ resource_limits: { cpu_period_percent: 150 } }, { resources: { cpus: 1.5 } }],
  [
    { resource_limits: { cpu_period: 1_000_000, cpu_period_percent: 80 } },
    { resources: { cpus: 0.8 } },
  ],
  [{ resource_limits: { cpu_period_percent: 0 } }, { resources: {} }],
  [
    { resource_limits: { memory_limit_bytes: 10_000_000 } },
    { resources: { memory_bytes: 10_000_000 } },
  ],
  [
    { resource_limits: { disk_limit_bytes: 10_000_000 } },
    { resources: { disk_bytes: 10_000_000 } },
  ],
  [{ resource_limits: { cpu_time_limit: null, memory_limit_bytes: null } }, { resources: {} }],
  [{ resource_limits: null, env: null, mount: null, credentials: null }, {}],
])("executable %j is %j", (fields, expected) => {
  expect(understood(withExecutable(fields)).spawn).toEqual({ ...SPAWN, ...expected });
});

test.each([
  [withSpawn({ id: "my-own-id" }), "spawn_config.id"],
  [withSpawn({ subdomain: "größe" }), "spawn_config.subdomain"],
  [withSpawn({ subdomain: "-a" }), "spawn_config.subdomain"],
  [withExecutable({ resource_limits: { cpu_time_limit: 5 } }), "cpu_time_limit"],
])("what Hangar cannot do is refused by name", (body, named) => {
  expect(validatorOf(PlaneConnect).accepts(body)).toBe(true);
  expect(() => toConnectRequest(body as PlaneConnect)).toThrow(named);
});

test.each([
  [{ ...BARE, wait: true }, "wait"],
  [withSpawn({ priority: 1 }), "spawn_config.priority"],
  [withSpawn({ max_idle_seconds: -1 }), "spawn_config.max_idle_seconds"],
  [withSpawn({ executable: {} }), "spawn_config.executable"],
  [withExecutable({ command: ["x"] }), "spawn_config.executable.command"],
  [withExecutable({ pull_policy: "Sometimes" }), "spawn_config.executable.pull_policy"],
  [withExecutable({ mount: "../etc" }), "spawn_config.executable.mount"],
  [withExecutable({ resource_limits: { gpu: 1 } }), "spawn_config.executable.resource_limits.gpu"],
  [{ key: { name: "" } }, "key.name"],
])("what does not fit names its field", (body, field) => {
  expect(validatorOf(PlaneConnect).accepts(body)).toBe(false);
  expect(validatorOf(PlaneConnect).explain(body)).toContain(field);
});

test("neither a key nor a spawn config is a key that nobody holds", () => {
  expect(() => toConnectRequest({ auth: {} })).toThrow(
    expect.objectContaining({ code: "key-not-held" }),
  );
});
