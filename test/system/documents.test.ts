import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureCommand } from "../../scripts/debian.ts";
import { freePort } from "../../scripts/free-port.ts";
import { tellingEnv } from "../harness/answers/told-answers.ts";
import { type DocBlock, docBlocks } from "../harness/doc-blocks.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { aCertificate } from "../harness/test-certificates.ts";
import { waitFor } from "../harness/wait-for.ts";

const run = promisify(execFile);
const PATIENCE_MS = 60_000;
const SLOW = { timeout: 200_000 };
const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;
const MAIN = resolve("src/cli/main.ts");

/** In the order in which somebody reads them; the first has the app that the others connect to. */
const DOCUMENTS = ["quick-start", "api", "cli", "security", "production"].map(
  (name) => `docs/${name}.md`,
);
const blocks = DOCUMENTS.flatMap(docBlocks);
const ofKind = (kind: string) => blocks.filter((block) => block.kind === kind);

/** One site for all documents: what `<!-- serve -->` starts, on ports of the test. */
let dir: TempDir;
let site: ChildProcess;
let env: Record<string, string>;
let ports: { api: number; proxy: number };
const at = (...parts: string[]) => join(dir.path, ...parts);

/** What a document says of the ports, as it is here. */
const here = (text: string) =>
  text
    .replaceAll("127.0.0.1:8080", `127.0.0.1:${ports.api}`)
    .replaceAll("localhost:9090", `localhost:${ports.proxy}`);

beforeAll(async () => {
  dir = await tempDir();
  ports = { api: await freePort(), proxy: await freePort() };
  env = {
    ...tellingEnv(),
    PATH: `${at("bin")}:${process.env.PATH}`,
    HANGAR_DATA_DIR: at("home/.hangar"),
    HANGAR_PORT: String(ports.api),
    HANGAR_PROXY_PORT: String(ports.proxy),
    HANGAR_NAME: "dr-box",
    HANGAR_URL: `http://127.0.0.1:${ports.api}`,
    TSX_TSCONFIG_PATH: at("tsconfig.json"),
  };
  await writeCommand();
  await writeProject();
  for (const { name, text } of ofKind("file")) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  }
  const start = ofKind("serve").find(({ name }) => name === "");
  site = spawn("bash", ["-c", start?.text ?? ""], { cwd: dir.path, env, detached: true });
  let said = "";
  site.stdout?.on("data", (text) => {
    said += text;
  });
  site.stderr?.resume();
  const isOver = () => said.includes("Ctrl-C") || site.exitCode !== null;
  await waitFor("the banner", isOver, PATIENCE_MS);
  expect(site.exitCode).toBeNull();
}, SLOW.timeout);

afterAll(async () => {
  if (site.exitCode === null && site.pid !== undefined) {
    const end = once(site, "exit");
    process.kill(-site.pid, "SIGTERM");
    await end;
  }
  await dir[Symbol.asyncDispose]();
});

/** `hangar`, as an installation has it in the PATH. Built, it starts in a third of the time; what serves finds its other files only here. */
async function writeCommand(): Promise<void> {
  const output = { outDir: at("command"), ssr: MAIN, target: "node20" };
  await build({ configFile: false, logLevel: "silent", build: output });
  await symlink(resolve("node_modules"), at("node_modules"));
  await mkdir(at("bin"));
  const lines = [
    "#!/bin/sh",
    // It is for the documents' own code.
    "unset TSX_TSCONFIG_PATH",
    `[ "$1" != up ] || exec '${process.execPath}' --import '${TSX}' '${MAIN}' "$@"`,
    `exec '${process.execPath}' '${at("command/main.js")}' "$@"`,
  ];
  await writeFile(at("bin/hangar"), `${lines.join("\n")}\n`);
  await chmod(at("bin/hangar"), 0o755);
}

/** Code of the documents finds `hangar/client` as an app does that has installed it. */
async function writeProject(): Promise<void> {
  const compilerOptions = {
    ...{ target: "es2022", module: "esnext", moduleResolution: "bundler", types: ["node"] },
    ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true },
    typeRoots: [resolve("node_modules/@types")],
    paths: { "hangar/client": [resolve("src/client/index.ts")] },
  };
  await writeFile(at("tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  await writeFile(at("package.json"), JSON.stringify({ private: true }));
  for (const [index, { kind, language, text }] of blocks.entries()) {
    if (kind === "run" && language === "ts") await writeFile(at(`block-${index}.mts`), text);
  }
}

/** A home for each document, so that what one sets up does not change another; the site's keys are in all. */
async function homeOf(document: string): Promise<string> {
  const home = at(`home-of-${document.replaceAll("/", "-")}`);
  await mkdir(home);
  await symlink(at("home/.hangar"), join(home, ".hangar"));
  return home;
}

/** What a shell exports in one block, the next one finds. */
async function runBlock(block: DocBlock, home: string): Promise<string> {
  const exported = `'${join(home, "exported")}'`;
  const command =
    block.language === "ts"
      ? `'${process.execPath}' --import '${TSX}' block-${blocks.indexOf(block)}.mts`
      : here(block.text);
  const script = `touch ${exported}\n. ${exported}\n${command}\nexport -p > ${exported}\n`;
  const options = { cwd: dir.path, env: { ...env, HOME: home }, timeout: PATIENCE_MS };
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], options);
  return stdout;
}

/** Line by line and in order; … stands for anything. */
function missingFrom(said: string, shown: string): string | undefined {
  let from = 0;
  for (const piece of shown.split(/…|\n/).filter((piece) => piece.trim() !== "")) {
    const found = said.indexOf(piece, from);
    if (found < 0) return piece;
    from = found + piece.length;
  }
  return undefined;
}

describe("the documents, on a live site", () => {
  test.each(DOCUMENTS)("%s does what it says", SLOW, async (document) => {
    const home = await homeOf(document);
    const own = docBlocks(document);
    const runnable = blocks.filter(({ place }) => place.startsWith(`${document}:`));
    expect(runnable).toEqual(own);
    let said = "";
    for (const block of runnable) {
      if (block.kind === "run") said = await runBlock(block, home);
      if (block.kind !== "output") continue;
      const missing = missingFrom(said, here(block.text));
      expect(missing, `at ${block.place}, after:\n${said}`).toBeUndefined();
    }
  });

  test("their TypeScript fits the types", SLOW, async () => {
    const { stdout } = await run(resolve("node_modules/.bin/tsc"), ["-p", at("tsconfig.json")]);
    expect(stdout).toBe("");
    expect(blocks.filter(({ language }) => language === "ts").length).toBeGreaterThan(1);
  });

  test("HAProxy takes their configurations", SLOW, async () => {
    await ensureCommand("haproxy", "haproxy");
    const { chain, key } = await aCertificate(["hangar.example.com"]);
    await writeFile(at("hangar.pem"), `${chain}\n${key}`);
    expect(ofKind("haproxy")).toHaveLength(2);
    for (const { text, place } of ofKind("haproxy")) {
      await writeFile(at("haproxy.cfg"), text.replaceAll("/etc/haproxy", dir.path));
      const checked = await run("haproxy", ["-c", "-f", at("haproxy.cfg")]);
      expect(checked.stderr, place).not.toContain("WARNING");
    }
  });
});

test("an output that is not there would be missed", () => {
  expect(missingFrom("one\ntwo three\n", "one\ntwo …ee\n")).toBeUndefined();
  expect(missingFrom("one\ntwo\n", "two\none\n")).toBe("one");
});
