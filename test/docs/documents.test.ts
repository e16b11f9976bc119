import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { listCommands } from "../../src/cli/config/told-options.ts";
import { EXIT } from "../../src/cli/exit-codes.ts";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { troubleshooting } from "../../src/cli/troubleshooting.ts";
import { SCOPES } from "../../src/protocol/api-key.ts";
import { TerminationReason } from "../../src/protocol/backend-state.ts";
import { ERROR_STATUS } from "../../src/protocol/errors.ts";
import { STATUSES } from "../../src/protocol/statuses.ts";
import { apiDocument } from "../harness/api-document.ts";
import { operationsOf } from "../harness/operations.ts";

const ownDocs = readdirSync("docs").filter((file) => file.endsWith(".md"));
const documents = [
  ...["README.md", "ARCHITECTURE.md", "PROTOCOL.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...ownDocs.map((file) => `docs/${file}`),
];
const read = (file: string) => readFileSync(file, "utf8");
const proseOf = (file: string) => read(file).replaceAll(/^```[\s\S]*?^```$/gm, "");
const headingsOf = (text: string) =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => heading);

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "");
  return words.replaceAll(" ", "-");
}

/** The part of a document below a heading, up to the next one of its level or above. */
function sectionOf(file: string, heading: string): string {
  const text = read(file);
  const level = new RegExp(`^(#+) ${heading}$`, "m").exec(text)?.[1]?.length ?? 0;
  const [, section = ""] = text.split(new RegExp(`^#{${level}} ${heading}$`, "m"));
  return section.split(new RegExp(`^#{1,${level}} `, "m"))[0] ?? "";
}

/** The cells of each row of the tables in a text, without the heads. */
function rowsIn(text: string): string[][] {
  const rows = [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  const isRule = (row: string[] | undefined) => row?.[0]?.startsWith("---") === true;
  return rows.filter((row, at) => !isRule(row) && !isRule(rows[at + 1]));
}

const codesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

test.each(documents)("every link in %s leads somewhere", (file) => {
  const links = [...proseOf(file).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, to = ""]) => to);
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !headingsOf(proseOf(target)).map(anchorOf).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test("the index links to every document", () => {
  const index = read("docs/README.md");
  const others = ownDocs.filter((file) => file !== "README.md");
  expect(others.filter((file) => !index.includes(`](${file})`))).toEqual([]);
});

test("every error code has its section, where the command says it is", () => {
  const codes = Object.keys(ERROR_STATUS);
  const text = read("docs/troubleshooting.md");
  const headings = headingsOf(sectionOf("docs/troubleshooting.md", "Errors"));
  expect(headings.toSorted()).toEqual(codes.toSorted());
  const [page] = (troubleshooting("key-held") ?? "").split("#");
  expect(page).toBe("docs/troubleshooting.md");
  expect(headings.map(anchorOf)).toEqual(headings);
  for (const heading of headings) {
    expect(text.split(`### ${heading}\n\n`)[1], heading).toMatch(/^[A-Z`]/);
  }
});

test("the table of errors has each under its status", () => {
  const rows = rowsIn(sectionOf("docs/troubleshooting.md", "Errors"));
  const told = rows.flatMap(([status, codes = ""]) =>
    codesIn(codes).map((code) => [code, Number(status)]),
  );
  expect(Object.fromEntries(told)).toEqual(ERROR_STATUS);
});

test("every reason for an end has its section", () => {
  const section = sectionOf("docs/troubleshooting.md", "Why a backend ended");
  const reasons = (TerminationReason as unknown as { enum: string[] }).enum;
  expect(reasons.length).toBeGreaterThan(10);
  expect(headingsOf(section).toSorted()).toEqual(reasons.toSorted());
});

test("the table of routes is the API's, and says which want no key", async () => {
  const rows = rowsIn(sectionOf("docs/api.md", "Routes")).map(
    ([route = "", , scope]) => `${codesIn(route)} ${scope === "none" ? "free" : "key"}`,
  );
  const operations = operationsOf(await apiDocument()).map(
    ({ method, path, spec }) => `${method} ${path} ${spec.security === undefined ? "free" : "key"}`,
  );
  expect(operations.length).toBeGreaterThan(30);
  expect(rows.toSorted()).toEqual(operations.toSorted());
});

test("the table of commands has all of them", () => {
  const terminal = openTerminal(process.stdout, process.stderr, {});
  const program = createProgram({ terminal, stop: new AbortController().signal });
  const told = codesIn(rowsIn(read("docs/cli.md").split("\n## ")[0] ?? "").join(" "));
  const hidden = ["help", "complete-word"];
  const names = listCommands(program)
    .filter(({ parent }) => parent === program)
    .map((command) => command.name());
  expect([...told, ...hidden.filter((name) => names.includes(name))].toSorted()).toEqual(
    [...names, "spawn"].toSorted(),
  );
});

test("the tables of exit codes, scopes and statuses are whole", () => {
  const exits = rowsIn(sectionOf("docs/cli.md", "In scripts")).map(([code]) => Number(code));
  expect(exits).toEqual(Object.values(EXIT));
  const scopes = rowsIn(sectionOf("docs/security.md", "Keys and scopes"));
  expect(codesIn(scopes.map(([scope]) => scope).join(" ")).toSorted()).toEqual(SCOPES.toSorted());
  const statuses = rowsIn(sectionOf("docs/concepts.md", "Backend")).map(([status]) => status);
  expect(codesIn(statuses.join(" "))).toEqual([...STATUSES]);
});
