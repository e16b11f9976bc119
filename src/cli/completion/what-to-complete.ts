import type { Argument, Command, Option } from "commander";

/** What the word under the cursor may become. */
export interface Candidate {
  word: string;
  description: string;
}

/** Values that only a controller, the config file or the disk knows. */
export type Source = "backends" | "drones" | "contexts" | "files" | "folders";

export type Completion =
  | { kind: "words"; candidates: readonly Candidate[] }
  | { kind: "ask"; source: Source };

const NOTHING: Completion = { kind: "words", candidates: [] };

/** For the words after the program's name, the last of which is being typed. */
export function whatToComplete(program: Command, words: readonly string[]): Completion {
  const typed = words.at(-1) ?? "";
  const { command, position, awaiting, isOver } = readWords(program, words.slice(0, -1));
  if (isOver) return NOTHING;
  if (awaiting !== undefined) return within(valuesOf(awaiting), typed);
  if (typed.startsWith("-")) return within(flagsFor(command, words), typed);
  const commands = command.commands.filter((each) => !isHidden(each));
  if (commands.length > 0 && position === 0) return within(describeAll(commands), typed);
  return within(argumentValues(command, position), typed);
}

/** Where the words have led to. */
interface Place {
  command: Command;
  /** How many of the command's arguments are there. */
  position: number;
  /** The option whose value comes next. */
  awaiting: Option | undefined;
  /** After `--`, nothing is ours. */
  isOver: boolean;
}

function readWords(program: Command, words: readonly string[]): Place {
  const start: Place = { command: program, position: 0, awaiting: undefined, isOver: false };
  return words.reduce(readWord, start);
}

function readWord(place: Place, word: string): Place {
  const { command, position, awaiting, isOver } = place;
  if (isOver) return place;
  if (awaiting !== undefined) return { ...place, awaiting: undefined };
  if (word === "--") return { ...place, isOver: true };
  if (word.startsWith("-")) return { ...place, awaiting: takesNext(optionsOf(command), word) };
  const next = position === 0 ? named(command, word) : undefined;
  if (next === undefined) return { ...place, position: position + 1 };
  return { ...place, command: next };
}

function within(completion: Completion, typed: string): Completion {
  if (completion.kind === "ask") return completion;
  return { kind: "words", candidates: fitting(completion.candidates, typed) };
}

export function fitting(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(typed));
}

function named(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word || each.aliases().includes(word));
}

/** Those of the program may stand behind any command. */
function optionsOf(command: Command): readonly Option[] {
  return command.parent === null
    ? command.options
    : [...command.options, ...optionsOf(command.parent)];
}

/** One that has no choice but to take the next word as its value. */
function takesNext(options: readonly Option[], word: string): Option | undefined {
  return options.find((option) => option.required && isFlagOf(option, word));
}

function isFlagOf({ short, long }: Option, word: string): boolean {
  return word === short || word === long;
}

function flagsFor(command: Command, words: readonly string[]): Completion {
  const help = { word: "--help", description: "show the command's help" };
  const candidates = optionsOf(command)
    .filter(
      (option) =>
        !option.hidden && (isRepeatable(option) || !words.some((word) => isFlagOf(option, word))),
    )
    .map(({ long, flags, description }) => ({ word: long ?? flags, description }));
  return { kind: "words", candidates: [...candidates, help] };
}

function isRepeatable({ variadic, description }: Option): boolean {
  return variadic || description.includes("repeatable");
}

function describeAll(commands: readonly Command[]): Completion {
  const candidates = commands.flatMap((command) =>
    [command.name(), ...command.aliases()].map((word) => ({
      word,
      description: command.summary(),
    })),
  );
  return { kind: "words", candidates };
}

/** Commander keeps it to itself. */
function isHidden(command: Command): boolean {
  return (command as unknown as { _hidden: boolean })._hidden;
}

function valuesOf({ argChoices, long, flags }: Option): Completion {
  if (argChoices !== undefined) return choices(argChoices);
  if (long === "--context") {
    return { kind: "ask", source: flags.includes("<dir>") ? "folders" : "contexts" };
  }
  if (long === "--drone") return { kind: "ask", source: "drones" };
  if (/[<[](file|command)[>\]]/.test(flags)) return { kind: "ask", source: "files" };
  if (/[<[](dir|path)[>\]]/.test(flags)) return { kind: "ask", source: "folders" };
  return NOTHING;
}

function argumentValues(command: Command, position: number): Completion {
  const { registeredArguments: all } = command;
  const last = all.at(-1);
  const argument = all[position] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return NOTHING;
  if (argument.argChoices !== undefined) return choices(argument.argChoices);
  const source = sourceOf(command, argument);
  return source === undefined ? NOTHING : { kind: "ask", source };
}

/** By what the argument is called in the help. */
function sourceOf(command: Command, argument: Argument): Source | undefined {
  const group = command.parent?.name();
  const name = argument.name();
  if (name === "id" && command.parent?.parent === null) return "backends";
  if (name === "drone") return "drones";
  if (name === "dir") return "folders";
  return name === "name" && group === "context" ? "contexts" : undefined;
}

function choices(words: readonly string[]): Completion {
  return { kind: "words", candidates: words.map((word) => ({ word, description: "" })) };
}
