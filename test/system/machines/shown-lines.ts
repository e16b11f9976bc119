import { listCommands, nameOf } from "../../../src/cli/config/told-options.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { openTerminal } from "../../../src/cli/terminal.ts";
import { examplesOf } from "../../cli/example-lines.ts";
import { docBlocks } from "../../harness/doc-blocks.ts";
import { saidOnceServing } from "./serving.ts";

/** Documents with commands for the one box. */
const DOCUMENTS = ["README.md", "docs/quick-start.md", "docs/cli.md", "docs/security.md"];
const MORE_DOCUMENTS = ["docs/moving-from-plane.md", "docs/moving-from-jamsocket.md"];

export interface ShownLines {
  /** They go on until they are stopped. */
  serving: readonly string[];
  ended: readonly string[];
}

/** What every `--help` and the documents show for a shell of one box, each once. */
export async function shownLines(): Promise<ShownLines> {
  const terminal = openTerminal(process.stdout, process.stderr, {});
  const program = createProgram({ terminal, stop: new AbortController().signal });
  const commands = listCommands(program).filter((command) => command !== program);
  const examples = await Promise.all(commands.map((command) => examplesOf(nameOf(command))));
  const blocks = [...DOCUMENTS, ...MORE_DOCUMENTS].flatMap(docBlocks);
  const forBox = blocks.filter(
    ({ kind, name }) => name === "box" && (kind === "on" || kind === "serve"),
  );
  const lines = new Set([...examples.flat(), ...forBox.map(({ text }) => text.trim())]);
  return {
    serving: [...lines].filter((line) => saidOnceServing(line) !== undefined),
    ended: [...lines].filter((line) => saidOnceServing(line) === undefined),
  };
}
