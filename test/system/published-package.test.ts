import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { troubleshooting } from "../../src/cli/troubleshooting.ts";
import { answer, scriptedApi } from "../client/scripted-api.ts";
import { bundle } from "../harness/bundle.ts";
import { readmeSnippet } from "../harness/readme-snippet.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";

const run = promisify(execFile);
const TSC = resolve("node_modules/typescript/bin/tsc");
/** What a page loads for all of `hangar/browser`, compressed. */
const MOST_BYTES = 7_000;
const INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

/** The compiler reads all that the types refer to, and a busy machine takes its time. */
const SLOW = { timeout: 200_000 };

let project: TempDir;
const at = (...parts: string[]) => join(project.path, ...parts);
const installed = (...parts: string[]) => at("node_modules", "hangar", ...parts);

/** An app of somebody who has nothing but the packed tarball. */
beforeAll(async () => {
  project = await tempDir();
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", project.path];
  const { stdout } = await run("npm", pack);
  const [{ filename }] = JSON.parse(stdout);
  await writeFile(at("package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", ...INSTALL, `./${filename}`], { cwd: project.path });
  // React is the app's own, as are its types.
  await mkdir(at("node_modules/@types"), { recursive: true });
  for (const name of ["react", "@types/react", "csstype"]) {
    if (!existsSync(at("node_modules", name))) {
      await symlink(resolve("node_modules", name), at("node_modules", name));
    }
  }
  await writeFile(at("server.ts"), `${PROCESS}${readmeSnippet("server")}`);
  await writeFile(at("page.ts"), readmeSnippet("page"));
  await writeFile(at("document.tsx"), readmeSnippet("react"));
  await writeFile(at("wrong.ts"), WRONG);
}, 400_000);
afterAll(() => project[Symbol.asyncDispose]());

/** An app without Node's types. */
const PROCESS = "declare const process: { env: Record<string, string | undefined> };\n";
/** Types that had come to nothing would take this. */
const WRONG = `import { createClient } from "hangar";
// @ts-expect-error an address is text
const client = createClient({ url: 1 });
// @ts-expect-error a key has a name
client.connect({ key: {} });
`;

/** The files and packages that a built file loads, and what those load. */
async function loadedBy(file: string, loaded = new Set<string>()): Promise<Set<string>> {
  loaded.add(relative(installed("dist/src"), file));
  const source = await readFile(file, "utf8");
  for (const [, target = ""] of source.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (!target.startsWith(".")) loaded.add(target);
    else if (!loaded.has(relative(installed("dist/src"), resolve(dirname(file), target)))) {
      await loadedBy(resolve(dirname(file), target), loaded);
    }
  }
  return loaded;
}

describe("the package as it is published", () => {
  test("has nothing that publint would mend", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed(), pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("brings the command", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    const { stdout } = await run(at("node_modules/.bin/hangar"), ["--version"]);
    expect(stdout.trim()).toBe(version);
  });

  test("in a clone, `npm link` brings it too", async () => {
    const env = { ...process.env, npm_config_prefix: at("linked") };
    await run("npm", ["link"], { env });
    const { stdout } = await run("hangar", ["--version"], {
      env: { PATH: `${at("linked/bin")}:${process.env.PATH}` },
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    ["client", []],
    ["browser", []],
    ["react", ["react"]],
  ])("hangar/%s loads no package but %j, and no part of the rest", async (entry, packages) => {
    const loaded = [...(await loadedBy(installed("dist/src", entry, "index.js")))];
    const files = loaded.filter((path) => path.endsWith(".js"));
    expect(loaded.filter((path) => !files.includes(path))).toEqual(packages);
    expect(files.length).toBeGreaterThan(5);
    const isOurs = (path: string) => /^(client|browser|react)\/|^protocol\/version\.js$/.test(path);
    expect(files.filter((path) => !isOurs(path))).toEqual([]);
  });

  test.each([
    ["node16", "node16"],
    ["esnext", "bundler"],
  ])("the README's code fits its types with module %s", SLOW, async (module, moduleResolution) => {
    const compilerOptions = {
      ...{ module, moduleResolution, target: "es2022", lib: ["es2022", "dom"], types: [] },
      ...{ strict: true, noEmit: true, skipLibCheck: false, jsx: "react-jsx" },
    };
    const files = ["server.ts", "page.ts", "document.tsx", "wrong.ts"];
    const config = at(`tsconfig.${moduleResolution}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions, files }));
    const compile = run(process.execPath, [TSC, "-p", config]);
    expect((await compile.catch(({ stdout }) => ({ stdout }))).stdout).toBe("");
  });

  test("the README's server opens a document, and keeps its secrets", async () => {
    const session = {
      backend_id: "b1",
      url: "http://b1/t/",
      status_url: "http://s",
      status: "ready",
    };
    await using api = await scriptedApi({
      "POST /v1/connect": answer({ ...session, secret_token: "hsec_1" }),
    });
    const script = `${readmeSnippet("server").replaceAll(": string", "")}
      console.log(JSON.stringify(await openDocument("doc-42", "ada")));`;
    await writeFile(at("server.mjs"), script);
    const env = { PATH: process.env.PATH, HANGAR_URL: api.url, HANGAR_API_KEY: "hak_1" };
    const { stdout } = await run(process.execPath, ["server.mjs"], { cwd: project.path, env });
    expect(JSON.parse(stdout)).toEqual(session);
    expect(api.asked).toMatchObject([
      {
        headers: { authorization: "Bearer hak_1" },
        body: { key: { name: "doc-42" }, user: "ada", spawn: { image: "hangar/echo" } },
      },
    ]);
  });

  test("has the pages that its errors point to", () => {
    const [page = ""] = troubleshooting("forbidden")?.split("#") ?? [];
    expect(existsSync(installed(page))).toBe(true);
  });

  test("a page's bundle is small", async () => {
    const code = await bundle(at("page.ts"));
    const bytes = gzipSync(code).length;
    process.stdout.write(`a page of hangar/browser: ${code.length} B, ${bytes} B compressed\n`);
    expect(code).toContain("WebSocket");
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
