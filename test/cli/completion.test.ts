import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Completion, whatToComplete } from "../../src/cli/completion/what-to-complete.ts";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { type Answer, answer, scriptedApi } from "../client/scripted-api.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aDrone, aSummary, ID, OTHER_ID } from "./fixtures.ts";
import { runInside } from "./run-hangar.ts";

const terminal = openTerminal(process.stdout, process.stderr, {});
const program = createProgram({ terminal, stop: new AbortController().signal });

function complete(line: string): Completion {
  return whatToComplete(program, line.split(" "));
}

function wordsFor(line: string): string[] {
  const completion = complete(line);
  return completion.kind === "words" ? completion.candidates.map(({ word }) => word) : [];
}

test("commands come with their aliases and what they do; what is hidden does not", () => {
  expect(wordsFor("")).toEqual(expect.arrayContaining(["up", "connect", "spawn", "context"]));
  expect(wordsFor("")).not.toContain("complete-word");
  expect(wordsFor("ter")).toEqual(["terminate"]);
  expect(complete("dr")).toMatchObject({
    candidates: expect.arrayContaining([
      { word: "drain", description: expect.stringContaining("no more") },
    ]),
  });
  expect(wordsFor("context ")).toEqual(["add", "ls", "use", "rm", "show"]);
});

test("options are those of the command and of all, less those that are there", () => {
  expect(wordsFor("ls --a")).toEqual(["--all", "--api-key"]);
  expect(wordsFor("ls --all --al")).toEqual([]);
  expect(wordsFor("connect --env A=1 --en")).toEqual(["--env"]);
  expect(wordsFor("ls --no-c")).toEqual(["--no-color"]);
  expect(wordsFor("context use --non")).toEqual(["--none"]);
});

test("values are an option's choices, or asked for", () => {
  expect(wordsFor("ls --status term")).toEqual(["terminating", "terminated"]);
  expect(wordsFor("up --runtime ")).toEqual(["docker", "process"]);
  expect(wordsFor("completion ")).toEqual(["bash", "zsh", "fish"]);
  const asked = [
    ["inspect ", "backends"],
    ["terminate abc def --hard ", "backends"],
    ["--debug status ", "backends"],
    ["drain ", "drones"],
    ["ls --drone ", "drones"],
    ["ls --context ", "contexts"],
    ["context rm ", "contexts"],
    ["--config ", "files"],
    ["up --data-dir ", "folders"],
    ["dev --context ", "folders"],
    ["dev ", "folders"],
  ];
  for (const [line = "", source] of asked) expect(complete(line)).toEqual({ kind: "ask", source });
});

test.each(["inspect abc ", "ls --key ", "connect -- no", "nope "])(
  "nothing is known of %j",
  (line) => {
    expect(complete(line)).toEqual({ kind: "words", candidates: [] });
  },
);

const page = (...backends: unknown[]) => answer({ backends, next_cursor: null });

function ask(...words: string[]) {
  return runInside(["complete-word", "--", ...words]);
}

test("live backends and drones are asked of the controller that the line names", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": page(
      aSummary(),
      aSummary({ id: OTHER_ID, key: { name: OTHER_ID, namespace: "", tag: "" } }),
    ),
    "GET /v1/drones": answer({ drones: [aDrone()] }),
  });
  const flags = ["--url", api.url, "--api-key", "hak_1"];
  expect((await ask("inspect", ...flags, "")).stdout).toBe(
    `${ID}\tready doc-1\n${OTHER_ID}\tready\n`,
  );
  expect((await ask("inspect", ...flags, OTHER_ID.slice(0, -1))).stdout.split("\n")).toHaveLength(
    3,
  );
  expect((await ask("inspect", ...flags, "zzz")).stdout).toBe("");
  expect((await ask("drain", ...flags, "dr")).stdout).toBe("dr-box\t\n");
  expect(api.asked[0]?.headers.authorization).toBe("Bearer hak_1");
});

test("contexts come from the config file", async () => {
  await using dir = await tempDir();
  const config = join(dir.path, "c.json");
  const contexts = { prod: { url: "https://h.example.com", api_key: "hak_x" } };
  await writeFile(config, JSON.stringify({ contexts }), { mode: 0o600 });
  const { stdout } = await ask("--config", config, "ls", "--context", "p");
  expect(stdout).toBe("prod\thttps://h.example.com\n");
});

test("a controller that is away, slow or says no is met with silence, within half a second", async () => {
  const never: Answer = () => undefined;
  await using api = await scriptedApi({ "GET /v1/backends": never });
  const startedMs = performance.now();
  const asked = ["inspect", "--url", api.url, "--api-key", "k", ""];
  expect(await ask(...asked)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  const away = ["drain", "--url", "http://127.0.0.1:1", "--api-key", "k", ""];
  expect(await ask(...away)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("files and folders are left to the shell", async () => {
  expect((await ask("drone", "--key-file", "")).stdout).toBe(":files\n");
  expect((await ask("dev", "")).stdout).toBe(":folders\n");
});
