import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/cli/config/config-file.ts";
import { toldOptions } from "../../src/cli/config/told-options.ts";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { answer, scriptedApi } from "../client/scripted-api.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aSummary } from "./fixtures.ts";
import { runHangar, runInside } from "./run-hangar.ts";

const terminal = openTerminal(process.stdout, process.stderr, {});
const program = createProgram({ terminal, stop: new AbortController().signal });
const PATH = "/c/config.json";

/** What each option would be, by its attribute. */
function told(content: unknown, command: string): Record<string, unknown> {
  const all = toldOptions(program, parseConfig(PATH, JSON.stringify(content)));
  const [, options = new Map()] = [...all].find(([each]) => each.name() === command) ?? [];
  return Object.fromEntries([...options].map(([option, value]) => [option.attributeName(), value]));
}

async function withConfig(content: unknown, run: (file: string) => Promise<void>, mode = 0o600) {
  await using dir = await tempDir();
  const file = join(dir.path, "config.json");
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content), { mode });
  await chmod(file, mode);
  await run(file);
}

test("a value is read as its flag would be", () => {
  const up = {
    ...{ port: 8081, host: "0.0.0.0", "trust-proxy": ["10.0.0.0/8", "fd00::/8"] },
    ...{ "proxy-protocol": true, "access-log": true, "answer-timeout": "5m" },
  };
  expect(told({ up }, "up")).toEqual({
    ...{ port: 8_081, host: "0.0.0.0", trustProxy: ["10.0.0.0/8", "fd00::/8"] },
    ...{ proxyProtocol: true, accessLog: "-", answerTimeout: 300 },
  });
  const connect = {
    env: { A: 1, B: "x=y" },
    auth: { role: "editor" },
    label: ["a=b"],
    wait: false,
  };
  expect(told({ connect }, "connect")).toEqual({
    ...{ env: { A: "1", B: "x=y" }, auth: { role: "editor" }, label: { a: "b" }, wait: undefined },
  });
  expect(told({ ls: { status: ["ready", "waiting"] } }, "ls")).toEqual({
    status: ["ready", "waiting"],
  });
  expect(told({ hangar: { debug: true, "no-color": true } }, "hangar")).toEqual({
    ...{ debug: true, color: false },
  });
});

test.each([
  ["{", "it is not JSON"],
  ["[]", "does not fit: expected an object"],
  [{ controler: {} }, "controler: there is no such command. Did you mean controller?"],
  [
    { controller: { prot: 1 } },
    "controller.prot: controller has no such option. Did you mean port?",
  ],
  [{ controller: { port: "http" } }, "controller.port: Expected a whole number from 0 to 65535."],
  [{ controller: { port: [1, 2] } }, "controller.port: Expected one value, not a list."],
  [{ controller: { port: true } }, "controller.port: Expected a text or a number."],
  [{ controller: 8080 }, "controller: expected an object."],
  [{ up: { runtime: "podman" } }, "up.runtime: Allowed choices are docker, process."],
  [{ ls: { all: "yes" } }, "ls.all: Expected true or false."],
  [{ ls: { config: "x" } }, "ls.config: ls has no such option."],
  [{ contexts: { a: {} } }, "contexts.a.url: expected a URL"],
  [{ contexts: { a: { url: "http://x", key: "k" } } }, "contexts.a.key: expected url, api_key or"],
  [
    { contexts: { a: { url: "http://x" } } },
    "contexts.a: expected one of api_key and api_key_file.",
  ],
  [{ contexts: { "a b": {} } }, "contexts.a b: A context's name has letters"],
  [{ current_context: "a" }, "current_context: expected one of contexts, and there is none."],
])("the config file %j is refused, with its path and field", async (content, problem) => {
  await withConfig(content, async (file) => {
    const result = await runInside(["ls", "--config", file, "--url", "http://127.0.0.1:1"]);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(file);
    expect(result.stderr).toContain(problem);
  });
});

test("a flag beats a variable, a variable the config file, that the default", {
  timeout: 30_000,
}, async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": answer({ backends: [], next_cursor: null }),
  });
  const asked = async (flags: readonly string[], env: Record<string, string>) => {
    const before = api.asked.length;
    const result = await runHangar(["ls", "--json", ...flags], env);
    return api.asked.length > before ? "asked" : result.stderr;
  };
  const away = "http://127.0.0.1:1";
  await withConfig({ ls: { url: api.url, "api-key": "k" } }, async (HANGAR_CONFIG) => {
    expect(await asked([], { HANGAR_CONFIG })).toBe("asked");
    expect(await asked([], { HANGAR_CONFIG, HANGAR_URL: away })).toContain(away);
    expect(await asked(["--url", api.url], { HANGAR_CONFIG, HANGAR_URL: away })).toBe("asked");
  });
});

test("a flag beats what cannot stand beside it in the config file", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(CONNECTED) });
  await withConfig({ connect: { quiet: true } }, async (file) => {
    const to = ["--config", file, "--url", api.url, "--api-key", "k", "--key", "doc"];
    expect((await runInside(["connect", ...to])).stdout).toBe("http://x/\n");
    expect(JSON.parse((await runInside(["connect", ...to, "--json"])).stdout)).toEqual(CONNECTED);
  });
});

const CONNECTED = {
  ...{ backend_id: "abcdefghij0001", key: { name: "doc", namespace: "", tag: "" }, spawned: false },
  ...{ status: "ready", token: "t", url: "http://x/", ready_url: "", status_url: "" },
  ...{ secret_token: null, subdomain: null, drone: "dr", expires_at: null },
};

test("a config file that was asked for must be there; the usual one need not", async () => {
  const { code, stderr } = await runInside(["ls", "--config", "/nowhere/config.json"]);
  expect(code).toBe(2);
  expect(stderr).toContain("Cannot read the config file /nowhere/config.json");
});

test("others may not read a config file with keys: that is told, once a command runs", async () => {
  await using api = await scriptedApi({ "GET /v1/drones": answer({ drones: [] }) });
  const contexts = { prod: { url: api.url, api_key: "hak_secret" } };
  const warned = async (content: unknown, mode: number) => {
    let said = "";
    const run = async (file: string) => {
      said = (await runInside(["drones", "--config", file, "--url", api.url, "--api-key", "k"]))
        .stderr;
    };
    await withConfig(content, run, mode);
    return said;
  };
  expect(await warned({ contexts }, 0o644)).toMatch(/⚠ .* holds keys, .* chmod 600 \//);
  expect(await warned({ contexts }, 0o644)).not.toContain("hak_secret");
  expect(await warned({ contexts }, 0o600)).not.toContain("⚠");
  expect(await warned({ drone: { key: "hak_1" } }, 0o640)).toContain("⚠");
  expect(await warned({ ls: { key: "doc" } }, 0o644)).not.toContain("⚠");
});

test("--no-color wins over FORCE_COLOR, wherever it stands", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": answer({ backends: [aSummary()], next_cursor: null }),
  });
  const inColor = { FORCE_COLOR: "1" };
  const flags = ["--url", api.url, "--api-key", "k"];
  expect((await runInside(["ls", ...flags], inColor)).stdout).toContain("\u001b[");
  expect((await runInside(["ls", ...flags, "--no-color"], inColor)).stdout).not.toContain(
    "\u001b[",
  );
  expect((await runInside(["--no-color", "lss"], inColor)).stderr).not.toContain("\u001b[31m");
  await withConfig({ hangar: { "no-color": true } }, async (file) => {
    const { stdout } = await runInside(["ls", ...flags, "--config", file], inColor);
    expect(stdout).not.toContain("\u001b[");
  });
});

test("a command within a command is named as it is typed", () => {
  const outer = new Command("hangar");
  outer.command("keys").command("create").option("--scope <scope>");
  const file = parseConfig(PATH, JSON.stringify({ "keys create": { scope: "read" } }));
  expect([...toldOptions(outer, file)].map(([command]) => command.name())).toEqual(["create"]);
});
