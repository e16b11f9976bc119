import type { Command } from "commander";
import { expect, test } from "vitest";
import { listCommands, nameOf } from "../../src/cli/config/told-options.ts";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { callsIn, examplesOf, faultOf } from "./example-lines.ts";
import { runInside } from "./run-hangar.ts";

const terminal = openTerminal(process.stdout, process.stderr, {});
const program = createProgram({ terminal, stop: new AbortController().signal });
const commands = listCommands(program).filter((command) => command !== program);
const leaves = commands.filter((command) => command.commands.length === 0);
const named = (list: readonly Command[]) =>
  list.map((command) => [nameOf(command), command] as const);

/** They serve until they are stopped, and tell by their log; or print what is for a shell. */
const PRINTS_NO_JSON = [
  ...["up", "controller", "drone", "guard", "proxy", "dns", "completion", "complete-word"],
];

test.each(named(leaves))("hangar %s prints JSON if asked", (name, command) => {
  const hasJson = command.options.some(({ long }) => long === "--json");
  expect(hasJson).toBe(!PRINTS_NO_JSON.includes(name));
});

test.each(named(commands))(
  "the help of hangar %s says what each of its options is",
  async (name, command) => {
    const { code, stdout, stderr } = await runInside([...name.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const help = stdout.replace(/\s+/g, " ");
    expect(command.description()).toMatch(/^[A-Z].*\.$/s);
    if (name !== "complete-word") expect(command.summary()).toMatch(/^[a-z].*[^.]$/);
    for (const {
      flags,
      description,
      envVar,
      defaultValue,
      defaultValueDescription,
    } of command.options) {
      expect(help).toContain(flags);
      expect(description, flags).not.toBe("");
      if (envVar !== undefined) expect(help).toContain(envVar);
      const fallback = defaultValueDescription ?? defaultValue;
      if (fallback !== undefined && typeof fallback !== "boolean") {
        expect(help, flags).toContain(`default: ${fallback}`);
      }
    }
  },
);

test("a variable is called as its option is", () => {
  const settings = commands
    .flatMap((command) => command.options)
    .flatMap(({ long = "", envVar }) => (envVar === undefined ? [] : [[long, envVar]]));
  expect(settings.length).toBeGreaterThan(50);
  for (const [long = "", variable] of settings) {
    expect(variable).toBe(`HANGAR_${long.slice(2).replaceAll("-", "_").toUpperCase()}`);
  }
});

test.each(named(commands))("the examples of hangar %s parse", async (name) => {
  for (const words of (await examplesOf(name)).flatMap(callsIn)) {
    expect(await faultOf(words), words.join(" ")).toBeUndefined();
  }
});

test("a wrong example would be found", async () => {
  expect(await faultOf(["connect", "--imagee", "x"])).toContain("unknown option");
  expect(await faultOf(["inspect", "ID"])).toBeUndefined();
  expect(callsIn("curl $(hangar connect --key 'a b' --quiet) | hangar ls # hangar x")).toEqual([
    ["connect", "--key", "a b", "--quiet"],
    ["ls"],
  ]);
});

test("every command that is promised is there", () => {
  const names = commands.flatMap((command) => [nameOf(command), ...command.aliases()]);
  expect(names).toEqual(
    expect.arrayContaining([
      ...["up", "controller", "drone", "proxy", "connect", "spawn", "ls", "inspect", "status"],
      ...["idle", "terminate", "drones", "drain", "undrain", "doctor", "completion", "context use"],
    ]),
  );
});
