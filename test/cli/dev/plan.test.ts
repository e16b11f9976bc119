import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DevOptions } from "../../../src/cli/commands/add-dev.ts";
import { parseDevConfig } from "../../../src/cli/dev/dev-config.ts";
import { planDev } from "../../../src/cli/dev/dev-plan.ts";
import { parseSyncRule, syncTarget } from "../../../src/cli/dev/sync-rule.ts";
import { whatChanged } from "../../../src/cli/dev/what-changed.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { runInside } from "../run-hangar.ts";

const NOTHING: DevOptions = { dataDir: "/h", interactive: true };

test("without a word, the folder's Dockerfile is built, and all of the folder watched", () => {
  const plan = planDev("/p/My App", NOTHING, {});
  expect(plan).toMatchObject({
    recipe: { kind: "dockerfile", file: "/p/My App/Dockerfile", context: "/p/My App" },
    repository: "hangar-dev/my-app",
    watched: ["/p/My App"],
    syncRules: [],
    spawn: { env: {} },
  });
  const { dataDir, droneName, network } = plan;
  expect(dataDir).toMatch(/^\/h\/dev\/my-app-[0-9a-f]{8}$/);
  const other = planDev("/q/My App", NOTHING, {});
  expect([other.dataDir, other.droneName, other.network]).not.toContain(
    [dataDir, droneName, network].find((name) => Object.values(other).includes(name)),
  );
  expect(droneName).not.toBe(other.droneName);
});

test("a flag wins over the project's file, whose paths are its folder's", () => {
  const config = parseDevConfig(
    "/p/hangar.config.json",
    JSON.stringify({
      ...{
        dockerfile: "docker/Dockerfile",
        context: "app",
        name: "acme/app",
        port: 1,
        proxy_port: 2,
      },
      ...{ watch: "app/src", sync: ["app/src:/src"], env: { A: "file", B: "file" } },
      spawn: { max_idle_seconds: 60, port: 3_000 },
    }),
  );
  expect(planDev("/p", { ...NOTHING, port: 9, env: { A: "flag" } }, config)).toMatchObject({
    recipe: { kind: "dockerfile", file: "/p/docker/Dockerfile", context: "/p/app" },
    ...{ repository: "acme/app", port: 9, proxyPort: 2, watched: ["/p/app/src"] },
    syncRules: [{ source: "app/src", target: "/src" }],
    spawn: { max_idle_seconds: 60, port: 3_000, env: { A: "flag", B: "file" } },
  });
  const { watch, ...all } = config;
  expect(planDev("/p", NOTHING, all).watched).toEqual(["/p/app", "/p/docker/Dockerfile"]);
});

test("an image is run as it is, or with files copied over it", () => {
  expect(planDev("/p", { ...NOTHING, image: "app" }, {}).recipe).toEqual({
    kind: "image",
    image: "app",
  });
  const copied = planDev("/p", { ...NOTHING, image: "app", sync: ["src:/src"] }, {});
  expect(copied).toMatchObject({
    recipe: { kind: "copy-over", image: "app" },
    watched: ["/p/src"],
  });
  const both = planDev("/p", { ...NOTHING, dockerfile: "D" }, { image: "app" });
  expect(both.recipe.kind).toBe("dockerfile");
});

test.each([
  ["{", "it is not JSON"],
  ['{"dockerfil": "x"}', "dockerfil: is not a known field or name"],
  ['{"port": "8080"}', "port: must be integer"],
  ['{"env": {"A": 1}}', "env.A: must be string"],
  ['{"spawn": {"max_idle": 1}}', "spawn.max_idle: is not a known field or name"],
  ['{"name": "No Such"}', "name: must match pattern"],
])(
  "the project's file %s is refused, with its path and field: exit code 2",
  async (text, problem) => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, "hangar.config.json"), text);
    const { code, stderr } = await runInside(["dev", dir.path]);
    expect(code).toBe(2);
    expect(stderr).toContain(join(dir.path, "hangar.config.json"));
    expect(stderr).toContain(problem);
  },
);

test("a folder without a Dockerfile, or none at all, is told of before anything runs", async () => {
  await using dir = await tempDir();
  const { code, stderr } = await runInside(["dev", dir.path]);
  expect(code).toBe(2);
  expect(stderr).toContain(`There is no ${dir.path}/Dockerfile.`);
  expect(await runInside(["dev", "/nowhere"])).toMatchObject({ code: 2 });
});

test("a rule says where a path goes; the longest one that covers it decides", () => {
  const rules = ["src:/app/src", "src/gen:/gen", "one.txt:/etc/one", "two.txt:/etc/"].map(
    parseSyncRule,
  );
  const target = (path: string) => syncTarget(rules, path);
  expect(target("src/a/b.js")).toBe("/app/src/a/b.js");
  expect(target("src/gen/x")).toBe("/gen/x");
  expect(target("one.txt")).toBe("/etc/one");
  expect(target("two.txt")).toBe("/etc/two.txt");
  expect(target("srcs/a")).toBeUndefined();
  expect(syncTarget([parseSyncRule("./:/app")], "a/b")).toBe("/app/a/b");
});

test.each(["src", "src:app", ":/app", "../x:/app", "/abs:/app", "src:/app:ro"])(
  "%s is no such rule",
  (text) => {
    expect(() => parseSyncRule(text)).toThrow("is not SOURCE:TARGET");
  },
);

test("files that are covered are copied; another, or one that is gone, wants a build", () => {
  const rules = [parseSyncRule("src:/s")];
  const changed = (path: string, isGone = false) => ({ path, isGone });
  expect(whatChanged([changed("src/a")], rules)).toEqual({
    kind: "sync",
    files: [{ path: "src/a", target: "/s/a" }],
  });
  expect(whatChanged([changed("src/a"), changed("b")], rules).kind).toBe("build");
  expect(whatChanged([changed("src/a", true)], rules).kind).toBe("build");
});
