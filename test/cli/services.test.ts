import { expect, test } from "vitest";
import type { Service } from "../../src/protocol/service.ts";
import { answer, refuse, scriptedApi } from "../client/scripted-api.ts";
import { runInside } from "./run-hangar.ts";

function inside(url: string, verb: string, ...args: string[]) {
  return runInside(["services", verb, "--url", url, "--api-key", "hak_1", ...args]);
}

function aService(fields: Partial<Service> = {}): Service {
  return {
    account: "default",
    name: "board",
    namespace: "default/board",
    spawn: { image: "reg/board:1", max_idle_seconds: 300 },
    env_names: ["A", "B"],
    has_credentials: false,
    environments: [
      {
        name: "staging",
        namespace: "default/board/staging",
        image: "reg/board:2",
        cluster: null,
        created_at: 0,
        last_spawned_at: null,
      },
    ],
    images: [{ image: "reg/board:1", used_at: 0 }],
    created_at: Date.now() - 120_000,
    last_spawned_at: null,
    ...fields,
  };
}

test("create sends what its backends are spawned with, and shows the service", async () => {
  await using api = await scriptedApi({ "POST /v1/services": answer(aService(), 201) });
  const spawn = ["--image", "reg/board:1", "--env", "A=1", "--max-idle", "5m", "--memory", "64m"];
  const where = ["--account", "acme", "--environment", "staging=reg/board:2"];
  const { code, stdout } = await inside(
    api.url,
    ...["create", "board", ...spawn, ...where, "--", "node", "x.js"],
  );
  expect(code).toBe(0);
  expect(api.asked[0]?.body).toEqual({
    account: "acme",
    name: "board",
    spawn: {
      image: "reg/board:1",
      env: { A: "1" },
      command: ["node", "x.js"],
      max_idle_seconds: 300,
      resources: { memory_bytes: 67_108_864 },
    },
    environments: { staging: { image: "reg/board:2" } },
  });
  expect(stdout).toBe(
    [
      "default/board",
      "  account       default",
      "  image         reg/board:1",
      "  env           A, B",
      "  max idle      5 m",
      "  created       2m ago",
      "  last spawn    never",
      "  environments  staging  reg/board:2",
      "",
    ].join("\n"),
  );
});

test("ls lists services, and says so if there is none", async () => {
  const none = answer({ services: [] });
  const one = answer({ services: [aService({ spawn: {} })] });
  await using api = await scriptedApi({ "GET /v1/services": [none, one, one] });
  expect(await inside(api.url, "ls")).toMatchObject({ code: 0, stdout: "" });
  const { stdout } = await inside(api.url, "ls");
  expect(stdout.split("\n")[1]).toMatch(/^default\/board +none +staging +2m ago +never$/);
  const json = await inside(api.url, "ls", "--account", "acme", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject([{ name: "board" }]);
  expect(api.asked.at(-1)?.path).toBe("/v1/services?account=acme");
});

test("inspect and rm are of an account's service, and one that is not there is exit code 4", async () => {
  const path = "/v1/services/board";
  await using api = await scriptedApi({
    [`GET ${path}`]: [answer(aService()), refuse(404, "not-found", "default has no service board")],
    [`DELETE ${path}`]: answer(aService()),
  });
  const shown = await inside(api.url, "inspect", "board", "--account", "acme", "--json");
  expect(JSON.parse(shown.stdout)).toMatchObject({ namespace: "default/board" });
  expect(api.asked[0]?.path).toBe(`${path}?account=acme`);
  expect((await inside(api.url, "inspect", "board")).code).toBe(4);
  const removed = await inside(api.url, "rm", "board");
  expect(removed).toMatchObject({ code: 0, stdout: "" });
  expect(removed.stderr).toContain("its backends live on");
});
