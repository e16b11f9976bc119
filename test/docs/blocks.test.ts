import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { DevConfig } from "../../src/cli/dev/dev-config.ts";
import { ConnectRequest } from "../../src/protocol/connect.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { callsIn, faultOf } from "../cli/example-lines.ts";
import { type DocBlock, docBlocks } from "../harness/doc-blocks.ts";

const documents = [
  "README.md",
  ...readdirSync("docs")
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const blocks = documents.flatMap(docBlocks);
const ofKind = (kind: string) =>
  blocks.filter((block) => block.kind === kind).map((block) => [block.place, block] as const);

/**
 * What kinds of blocks there are. `run`, and `serve` without a name, are of one site: `test/system/documents.test.ts`
 * runs them, and tests that name them. `on`, and `serve` with names, are of the machines that these are:
 * `test/system/machines.docker.test.ts` runs them there. `clone` is for a clone of Hangar.
 */
const LANGUAGES: Record<string, readonly string[]> = {
  run: ["sh", "ts", "tsx"],
  serve: ["sh"],
  on: ["sh"],
  clone: ["sh"],
  output: [""],
  picture: [""],
  file: ["js", "json", "dockerfile"],
  schema: ["json"],
  systemd: ["ini"],
  haproxy: ["haproxy"],
  zone: [""],
  yaml: ["yaml"],
};

test("no block stands there unchecked", () => {
  expect(blocks.length).toBeGreaterThan(50);
  const unchecked = blocks.filter(({ kind, language }) => !LANGUAGES[kind]?.includes(language));
  expect(unchecked.map(({ place }) => place)).toEqual([]);
});

/** Who runs what has a name of its own; each reads it from the document. */
const NAMED: Record<string, string> = {
  "README.md first-session": "test/system/machines/readme-sessions.ts",
  "README.md keys": "test/system/machines/readme-sessions.ts",
  "README.md look-after": "test/system/machines/readme-sessions.ts",
  "README.md page": "test/browser/session-backend.browser.test.ts",
  "README.md react": "test/system/published-package.test.ts",
  "README.md rest": "test/system/machines/readme-sessions.ts",
  "README.md server": "test/system/published-package.test.ts",
  "README.md up": "test/system/machines/typed-lines.ts",
  "docs/moving-from-jamsocket.md jamsocket": "test/system/jamsocket-command.test.ts",
  "docs/moving-from-plane.md plane": "test/system/jamsocket-command.test.ts",
};

test("what is to be run, somebody runs", () => {
  const fileOf = ({ place }: DocBlock) => place.split(":")[0] ?? "";
  const toRun = blocks.filter(({ kind }) => kind === "run");
  const named = toRun.filter(({ name }) => name !== "");
  const places = named.map((block) => `${fileOf(block)} ${block.name}`);
  expect(places.toSorted()).toEqual(Object.keys(NAMED).toSorted());
  for (const [place, test] of Object.entries(NAMED)) {
    expect(readFileSync(test, "utf8")).toContain(`"${place.split(" ")[1]}"`);
  }
  const site = readFileSync("test/system/documents.test.ts", "utf8");
  for (const document of new Set(toRun.filter(({ name }) => name === "").map(fileOf))) {
    expect(site).toContain(`"${posix.basename(document, ".md")}"`);
  }
});

test("what is for a clone of Hangar is what CI types", () => {
  const ci = readFileSync(".ci/run", "utf8");
  const lines = ofKind("clone").flatMap(([, { text }]) => text.trim().split("\n"));
  const commands = lines.map((line) => line.split("#")[0]?.trim() ?? "");
  expect(commands.toSorted()).toEqual(["npm link", "npm run demo", "npm run setup", "npm test"]);
  for (const command of ["npm run demo", "npm test"]) {
    expect(ci).toMatch(new RegExp(`^run ${command}( -- --check)?$`, "m"));
  }
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(scripts.test).toBe(`${scripts.setup} && vitest run`);
  expect(readFileSync("test/system/published-package.test.ts", "utf8")).toContain(
    `"npm", ["link"]`,
  );
});

test("what is shown as output follows what is run", () => {
  const astray = blocks.filter(
    ({ kind }, at) => kind === "output" && blocks[at - 1]?.kind !== "run",
  );
  expect(astray.map(({ place }) => place)).toEqual([]);
});

const shell = blocks.filter(({ language }) => language === "sh");
test.each(shell.map((block) => [block.place, block] as const))("%s is shell", (_, { text }) => {
  expect(() => execFileSync("bash", ["-n"], { input: text, stdio: "pipe" })).not.toThrow();
});

const SCHEMAS = { ConnectRequest, DevConfig };
test.each(ofKind("schema"))("%s fits its schema", (_, { name, text }) => {
  const schema = SCHEMAS[name as keyof typeof SCHEMAS];
  const value = JSON.parse(text);
  const validator = validatorOf(schema);
  expect(validator.accepts(value) || validator.explain(value)).toBe(true);
});

test("the request that is shown whole leaves out what excludes the rest, and nothing else", () => {
  const { text = "{}" } = blocks.find(({ name }) => name === "ConnectRequest") ?? {};
  const shown = JSON.parse(text);
  const spawn = ConnectRequest.properties.spawn.properties;
  expect(Object.keys(shown).toSorted()).toEqual(Object.keys(ConnectRequest.properties).toSorted());
  const left = ["credentials", "use_static_token"];
  expect([...Object.keys(shown.spawn), ...left].toSorted()).toEqual(Object.keys(spawn).toSorted());
});

describe("systemd", () => {
  const KNOWN = {
    Unit: ["Description", "After", "Wants"],
    Service: [
      ...["User", "SupplementaryGroups", "StateDirectory", "Environment", "ExecStart"],
      ...["AmbientCapabilities", "KillMode", "LimitNOFILE", "Restart", "RestartSec"],
    ],
    Install: ["WantedBy"],
  };
  test.each(ofKind("systemd"))("%s is a unit that starts hangar", async (_, { text }) => {
    const sections = text.split(/^\[(\w+)\]$/m).slice(1);
    const told = sections.flatMap((part, at) =>
      at % 2 === 0 ? [[part, keysOf(sections[at + 1] ?? "")] as const] : [],
    );
    expect(Object.fromEntries(told)).toEqual(KNOWN);
    const [, command = ""] = /^ExecStart=\/usr\/local\/bin\/(.*)$/m.exec(text) ?? [];
    const [words = []] = callsIn(command);
    expect(words[0]).toBe("up");
    expect(await faultOf(words)).toBeUndefined();
  });
});

function keysOf(section: string): string[] {
  return section
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0] ?? "");
}

test.each(ofKind("zone"))("%s has DNS records", (_, { text }: DocBlock) => {
  const name = String.raw`[a-z0-9_.-]+\.`;
  const record = new RegExp(String.raw`^${name}\s+(NS\s+${name}|CNAME\s+${name}|A\s+[\d.]+)$`);
  expect(
    text
      .trim()
      .split("\n")
      .filter((line) => !record.test(line)),
  ).toEqual([]);
});

test.each(ofKind("yaml"))("%s names files of docs/grafana", (_, { text }) => {
  const { rule_files, scrape_configs } = parseYaml(text);
  expect(rule_files.every((file: string) => existsSync(`docs/grafana/${file}`))).toBe(true);
  expect(scrape_configs[0].static_configs[0].targets[0]).toMatch(/^[\d.]+:\d+$/);
});

test("the rules and the compose file are YAML", () => {
  const rules = parseYaml(readFileSync("docs/grafana/alerts.yaml", "utf8"));
  expect(rules.groups[0].rules.length).toBeGreaterThan(10);
  const compose = parseYaml(readFileSync("docker-compose.yml", "utf8"), { merge: true });
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(["controller", "drone", "guard", "proxy"]),
  );
});
