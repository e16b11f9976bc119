import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { transformWithOxc } from "vite";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { DevConfig } from "../../src/cli/dev/dev-config.ts";
import { ConnectRequest } from "../../src/protocol/connect.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { callsIn, faultOf } from "../cli/example-lines.ts";
import { type DocBlock, docBlocks } from "../harness/doc-blocks.ts";

const documents = readdirSync("docs")
  .filter((file) => file.endsWith(".md"))
  .map((file) => `docs/${file}`);
const blocks = documents.flatMap(docBlocks);
const ofKind = (kind: string) =>
  blocks.filter((block) => block.kind === kind).map((block) => [block.place, block] as const);

/**
 * `parse` is for what cannot be run here: it installs Hangar, needs other machines, a registry or PostgreSQL on
 * another host, or an id of a backend. Its calls of hangar are checked as all of them are; what several machines do
 * together, `test/system/several-machines.docker.test.ts` shows.
 */
const LANGUAGES: Record<string, readonly string[]> = {
  run: ["sh", "ts"],
  serve: ["sh"],
  parse: ["sh"],
  syntax: ["ts"],
  output: [""],
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

test.each(ofKind("syntax"))("%s is TypeScript", async (_, { text }) => {
  await transformWithOxc(text, "snippet.ts");
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

test.each(ofKind("file").filter(([, { language }]) => language === "dockerfile"))(
  "%s builds from files that are there",
  (_, { name, text }) => {
    const lines = text.trim().split("\n");
    expect(lines.filter((line) => !/^(FROM|COPY|CMD) \S/.test(line))).toEqual([]);
    const copied = [...text.matchAll(/^COPY (\S+) /gm)].map(([, file = ""]) => file);
    const files = ofKind("file").map(([, block]) => block.name);
    expect(files).toEqual(
      expect.arrayContaining(copied.map((file) => posix.join(posix.dirname(name), file))),
    );
  },
);

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
