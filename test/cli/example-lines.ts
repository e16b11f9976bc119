import type { Command } from "commander";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { ID } from "./fixtures.ts";
import { runInside } from "./run-hangar.ts";

/** The examples that a command's help shows, as one would type them. */
export async function examplesOf(name: string): Promise<string[]> {
  const { stdout } = await runInside([...name.split(" "), "--help"]);
  return [...stdout.matchAll(/^ {4}\$ (.*)$/gm)].map(([, line = ""]) => line);
}

/** A command line as a shell would cut it; what needs a shell to know is left as it stands. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/** Each call of hangar in a line of shell: alone, after variables, in a pipe or in $(…). */
export function callsIn(line: string): string[][] {
  const code = line.replace(/(^|\s)#.*$/, "");
  const calls = code.matchAll(/(?:^|[\s("])(?:npx )?hangar ((?:'[^']*'|"[^"]*"|[^|;&)#\n])*)/g);
  return [...calls].map(([, rest = ""]) => wordsOf(rest.replace(/\s*\d?>\s*\S+/g, "")));
}

/** Commander's word on a command line, without running anything; undefined if it finds no fault. */
export async function faultOf(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const sink = { write: (text: string) => void said.push(text) } as unknown as NodeJS.WriteStream;
  const terminal = openTerminal(sink, sink, {});
  const program = createProgram({ terminal, stop: new AbortController().signal });
  silence(program);
  const spelt = words.map((word) => (/^(ID|\$ID|<id>)$/.test(word) ? ID : word));
  return await program.parseAsync(["--config", "/dev/null/none", ...spelt], { from: "user" }).then(
    () => undefined,
    () => said.join(""),
  );
}

/** Hooks and actions are what would run. */
function silence(command: Command): void {
  (command as unknown as { _lifeCycleHooks: object })._lifeCycleHooks = {};
  if (command.commands.length === 0) command.action(() => undefined);
  for (const each of command.commands) silence(each);
}
