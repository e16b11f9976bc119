import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ContextQuestion,
  chooseContext,
  SAID,
  type Said,
} from "../../src/cli/contexts/choose-context.ts";
import { answer, scriptedApi } from "../client/scripted-api.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { ID } from "./fixtures.ts";
import { runHangar, runInside } from "./run-hangar.ts";

const { nowhere, file, variable, flag } = SAID;
const NOBODY = { url: nowhere, apiKey: nowhere, dataDir: nowhere };

function choose(said: Said, given: Partial<ContextQuestion> = {}) {
  return chooseContext({ names: ["prod"], asked: { name: "prod", said }, ...NOBODY, ...given });
}

test("a context holds as a whole, unless somebody stronger says where to go", () => {
  const prod = { kind: "context", name: "prod", withItsKey: true };
  expect(choose(file)).toEqual(prod);
  expect(choose(file, { url: variable })).toEqual({ kind: "none" });
  expect(choose(file, { dataDir: flag })).toEqual({ kind: "none" });
  expect(choose(variable, { url: variable })).toEqual({ kind: "none" });
  expect(choose(flag, { url: variable, dataDir: variable, apiKey: variable })).toEqual(prod);
  expect(choose(flag, { apiKey: flag })).toEqual({ ...prod, withItsKey: false });
  expect(choose(flag, { asked: undefined })).toEqual({ kind: "none" });
  expect(() => choose(flag, { url: flag })).toThrow("--context and --url both say");
  expect(() => choose(flag, { names: [] })).toThrow("There is no context prod.");
});

test("the key of a context never goes to a URL that was named beside it", () => {
  const said = fc.constantFrom<Said>(nowhere, file, variable, flag);
  fc.assert(
    fc.property(said, said, said, said, (own, url, apiKey, dataDir) => {
      if (own === nowhere || (own === flag && url === flag)) return;
      const choice = choose(own, { url, apiKey, dataDir });
      if (choice.kind === "context") expect(url).toBeLessThan(own);
    }),
  );
});

test("contexts are added, listed, chosen and forgotten; no answer shows a key", {
  timeout: 30_000,
}, async () => {
  await using dir = await tempDir();
  const config = join(dir.path, "deep/config.json");
  const hangar = (...args: string[]) => runInside([...args, "--config", config]);
  expect(await hangar("context", "ls")).toMatchObject({ code: 0, stdout: "" });
  const prod = ["prod", "--url", "https://h.example.com/", "--api-key", "hak_secret"];
  expect(await hangar("context", "add", ...prod)).toMatchObject({
    code: 0,
    stdout: "prod  https://h.example.com\n",
  });
  expect((await stat(config)).mode & 0o777).toBe(0o600);
  await hangar(
    "context",
    "add",
    "box",
    "--url",
    "http://box:8080",
    "--api-key-file",
    "/k",
    "--use",
  );
  const listed = await hangar("context", "ls", "--json");
  expect(listed.stdout).not.toContain("hak_secret");
  expect(JSON.parse(listed.stdout)).toEqual([
    { name: "prod", url: "https://h.example.com", current: false, api_key_file: null },
    { name: "box", url: "http://box:8080", current: true, api_key_file: "/k" },
  ]);
  expect((await hangar("context", "ls")).stdout).toMatch(
    /^ {2}NAME.*\n[\s\S]*● box +http:\/\/box:8080 +\/k/,
  );
  await hangar("context", "use", "prod");
  const shown = await hangar("context", "show", "--json");
  expect(JSON.parse(shown.stdout)).toMatchObject({ context: "prod", key_from: "config file" });
  expect(
    JSON.parse((await hangar("context", "show", "--url", "http://x", "--json")).stdout),
  ).toMatchObject({ context: null, url_from: "--url" });
  await hangar("context", "rm", "prod");
  expect(JSON.parse(await readFile(config, "utf8"))).toEqual({
    contexts: { box: { url: "http://box:8080", api_key_file: "/k" } },
  });
  expect(await hangar("context", "use", "prod")).toMatchObject({ code: 4 });
  expect(await hangar("context", "use")).toMatchObject({ code: 2 });
  expect(await hangar("context", "add", "a/b", "--url", "http://x")).toMatchObject({ code: 2 });
  expect(await hangar("context", "add", "a", "--url", "http://x")).toMatchObject({ code: 2 });
});

test("what else stands in the config file is kept, and a link to it stays one", async () => {
  await using dir = await tempDir();
  const [real, link] = [join(dir.path, "real.json"), join(dir.path, "config.json")];
  await writeFile(real, JSON.stringify({ up: { port: 8_081 } }), { mode: 0o644 });
  await symlink(real, link);
  const flags = ["--url", "http://x", "--api-key", "k", "--config", link];
  expect(await runInside(["context", "add", "a", ...flags])).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(real, "utf8"))).toMatchObject({ up: { port: 8_081 } });
  expect((await stat(real)).mode & 0o777).toBe(0o600);
});

test("commands ask the controller of the context, with its key", { timeout: 30_000 }, async () => {
  await using dir = await tempDir();
  await using api = await scriptedApi({
    "GET /v1/drones": answer({ drones: [] }),
    [`GET /v1/backends/${ID}/status`]: answer({ status: "ready", time: 1 }),
  });
  await writeFile(join(dir.path, "prod.key"), "hak_prod\n");
  const config = join(dir.path, "config.json");
  const contexts = {
    prod: { url: api.url, api_key_file: "prod.key" },
    lost: { url: api.url, api_key_file: "/nowhere/lost.key" },
  };
  await writeFile(config, JSON.stringify({ current_context: "prod", contexts }), { mode: 0o600 });
  const env = { HANGAR_CONFIG: config };
  expect(await runHangar(["drones", "--json"], env)).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(api.asked.at(-1)?.headers.authorization).toBe("Bearer hak_prod");
  const inside = (...args: string[]) => runInside([...args, "--config", config]);
  expect(await inside("status", ID)).toMatchObject({ code: 0 });
  const lost = await inside("drones", "--context", "lost");
  expect(lost.code).toBe(5);
  expect(lost.stderr).toContain("for the context lost: /nowhere/lost.key does not exist");
  const unknown = await inside("drones", "--context", "prof");
  expect(unknown).toMatchObject({ code: 4 });
  expect(unknown.stderr).toContain("There are: prod, lost.");
});

test("an empty key is refused, and nothing is remembered", async () => {
  await using dir = await tempDir();
  const config = join(dir.path, "config.json");
  const add = ["context", "add", "x", "--url", "http://h", "--config", config, "--api-key"];
  const empty = await runHangar([...add, "-"]);
  expect(empty).toMatchObject({ code: 2, stdout: "" });
  expect(empty.stderr).toContain("There is no key on stdin.");
  expect(await runInside([...add, " "])).toMatchObject({ code: 2 });
  expect(await runInside(["context", "ls", "--config", config])).toMatchObject({ stdout: "" });
});

test("a context that is broken can be seen, kept, replaced and forgotten", async () => {
  await using dir = await tempDir();
  const config = join(dir.path, "config.json");
  const contexts = {
    empty: { url: "http://h", api_key: "" },
    "no name": { url: "http://h", api_key: "k" },
    good: { url: "http://g", api_key: "k" },
  };
  await writeFile(config, JSON.stringify({ current_context: "empty", contexts }), { mode: 0o600 });
  const hangar = (...args: string[]) => runInside([...args, "--config", config]);
  const listed = await hangar("context", "ls");
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining("good") });
  expect(listed.stderr).toContain("contexts.empty.api_key: expected a text that is not empty");
  expect(await hangar("ls")).toMatchObject({ code: 2 });
  expect(await hangar("context", "use", "empty")).toMatchObject({ code: 2 });
  expect(await hangar("context", "rm", "good")).toMatchObject({ code: 0 });
  expect(await hangar("context", "rm", "no name")).toMatchObject({ code: 0 });
  const { good: _, "no name": __, ...left } = contexts;
  const file = async () => JSON.parse(await readFile(config, "utf8"));
  expect(await file()).toEqual({ current_context: "empty", contexts: left });
  const whole = ["empty", "--url", "http://h", "--api-key", "k"];
  expect(await hangar("context", "add", ...whole)).toMatchObject({ code: 0 });
  expect((await file()).contexts).toEqual({ empty: { url: "http://h", api_key: "k" } });
});
