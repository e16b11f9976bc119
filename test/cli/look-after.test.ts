import { expect, test } from "vitest";
import { answer, refuse, scriptedApi } from "../client/scripted-api.ts";
import { aDrone, anIdleness, ID } from "./fixtures.ts";
import { runInside } from "./run-hangar.ts";

const DRAIN = "POST /v1/drones/dr-box/drain";

function inside(url: string, ...args: string[]) {
  return runInside([...args, "--url", url, "--api-key", "hak_1"]);
}

test("drain asks for it and tells what still runs there", async () => {
  await using api = await scriptedApi({ [DRAIN]: answer(aDrone({ draining: true })) });
  expect(await inside(api.url, "drain", "dr-box")).toEqual({
    code: 0,
    stdout: "dr-box  ◌ draining  2 backends are live\n",
    stderr: "",
  });
  expect(api.asked[0]?.body).toEqual({});
});

test("drain --terminate-after takes seconds or a duration, and tells when the end is", async () => {
  const drone = aDrone({ draining: true, drain_ends_in_ms: 299_900, live_backends: 1 });
  await using api = await scriptedApi({ [DRAIN]: answer(drone) });
  const { stdout } = await inside(api.url, "drain", "dr-box", "--terminate-after", "5m");
  expect(stdout).toBe("dr-box  ◌ draining, ends in 4 m 59 s  1 backend is live\n");
  expect(api.asked[0]?.body).toEqual({ terminate_after_seconds: 300 });
});

test("drain --wait returns once the last backend is gone", async () => {
  const draining = (live_backends: number) => answer(aDrone({ draining: true, live_backends }));
  await using api = await scriptedApi({
    [DRAIN]: draining(2),
    "GET /v1/drones/dr-box": [draining(1), draining(0)],
  });
  const { code, stdout } = await inside(api.url, "drain", "dr-box", "--wait", "--json");
  expect({ code, live: JSON.parse(stdout).live_backends }).toEqual({ code: 0, live: 0 });
  expect(api.asked).toHaveLength(3);
});

test("drain --wait fails if somebody undrains the drone meanwhile", async () => {
  await using api = await scriptedApi({
    [DRAIN]: answer(aDrone({ draining: true })),
    "GET /v1/drones/dr-box": answer(aDrone()),
  });
  const { code, stdout, stderr } = await inside(api.url, "drain", "dr-box", "--wait");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("dr-box is not draining any more.");
});

test("undrain tells how the drone is", async () => {
  await using api = await scriptedApi({ "POST /v1/drones/dr-box/undrain": answer(aDrone()) });
  const { code, stdout } = await inside(api.url, "undrain", "dr-box");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "dr-box  ● healthy  2 backends are live\n" });
});

test("an unknown drone is exit code 4", async () => {
  await using api = await scriptedApi({
    [DRAIN]: refuse(404, "not-found", "there is no drone dr-box"),
  });
  expect(await inside(api.url, "drain", "dr-box")).toMatchObject({ code: 4, stdout: "" });
});

test("idle shows when a backend goes and why, and --json all of it", async () => {
  await using api = await scriptedApi({ [`GET /v1/backends/${ID}/idle`]: answer(anIdleness()) });
  const { code, stdout } = await inside(api.url, "idle", ID);
  expect(code).toBe(0);
  expect(stdout).toContain("It is asked to end in 9 m 48 s: nobody uses it.");
  const asJson = await inside(api.url, "idle", ID, "--json");
  expect(JSON.parse(asJson.stdout)).toEqual(anIdleness());
});

test("proxies lists those that are connected, and how busy they are", async () => {
  const proxy = {
    ...{ name: "px-one", cluster: "localhost:9090", version: "1.2.3" },
    ...{ connected_at: Date.now() - 61_000, last_heard_age_ms: 1_000 },
    ...{ connections: 12, requests_open: 3, active_backends: 2, requests_per_second: 4.25 },
  };
  await using api = await scriptedApi({ "GET /v1/proxies": answer({ proxies: [proxy] }) });
  const { stdout } = await inside(api.url, "proxies");
  expect(stdout).toMatch(
    /^NAME +CLUSTER +VERSION +CONNECTED +CONNECTIONS +OPEN +BACKENDS +REQUESTS\/S +HEARD *\npx-one +localhost:9090 +1.2.3 +for 1m +12 +3 +2 +4.3 +1s ago\n$/,
  );
  const asJson = await inside(api.url, "proxies", "--json");
  expect(JSON.parse(asJson.stdout)).toEqual([proxy]);
  await using empty = await scriptedApi({ "GET /v1/proxies": answer({ proxies: [] }) });
  expect(await inside(empty.url, "proxies")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "No proxy is connected. `hangar proxy` starts one.\n",
  });
});

test("controllers lists those that share the database", async () => {
  const controller = {
    id: "co-one",
    version: "0.1.0",
    url: "http://10.0.0.1:8080",
    started_at: Date.now() - 65_000,
    last_heartbeat_age_ms: 900,
  };
  await using api = await scriptedApi({
    "GET /v1/controllers": answer({ controllers: [controller] }),
  });
  const { stdout } = await inside(api.url, "controllers");
  expect(stdout).toBe(
    "ID      VERSION  API                   UP FOR  HEARD\nco-one  0.1.0    http://10.0.0.1:8080  1m      0s ago\n",
  );
  const asJson = await inside(api.url, "controllers", "--json");
  expect(JSON.parse(asJson.stdout)).toEqual([controller]);
});

test.each([
  [["drain"], "missing required argument 'drone'"],
  [["drain", "UPPER"], "Expected lower-case letters"],
  [["drain", "dr-box", "--terminate-after", "soon"], "Expected seconds or a duration"],
  [["idle", "UPPER"], "14 lower-case letters and digits"],
  [["connect", "--image", "i", "--queue", "1h"], "Expected a whole number from 0 to 240"],
  [["controller", "--lease", "30,40,50"], "Expected four times in seconds"],
  [["controller", "--lease", "30,50,40,60"], "Each must come after the one before"],
  [["up", "--keep-ended", "0"], "Expected a number above 0"],
])("hangar %j is a wrong command line", async (args, text) => {
  const { code, stdout, stderr } = await inside("http://127.0.0.1:1", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
});
