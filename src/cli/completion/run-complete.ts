import type { Command } from "commander";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import { readConfig } from "../config/read-config.ts";
import type { Context } from "../context.ts";
import { formatKey } from "../render/format-key.ts";
import { type ClientSettings, openClient } from "../settings/client-settings.ts";
import { type Candidate, fitting, type Source, whatToComplete } from "./what-to-complete.ts";

/** Nobody waits longer for a word that they can type. */
const PATIENCE_MS = 500;
const MOST = 100;

export interface CompleteDeps {
  /** A command line of its own, to find out what the words before the cursor say of the controller. */
  createProgram(): Command;
}

/** Prints the words that fit, each with what it is; nothing, if that cannot be found out at once. */
export async function runComplete(
  { terminal: { out } }: Context,
  { createProgram }: CompleteDeps,
  words: readonly string[],
): Promise<void> {
  const completion = whatToComplete(createProgram(), words);
  if (completion.kind === "words") return print(completion.candidates);
  const { source } = completion;
  if (source === "files" || source === "folders") return out.line(`:${source}`);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const late = new Promise<readonly Candidate[]>((resolve) => {
    signal.addEventListener("abort", () => resolve([]), { once: true });
  });
  const asked = ask(source, createProgram(), words, signal).catch(() => []);
  print(fitting(await Promise.race([asked, late]), words.at(-1) ?? ""));

  function print(candidates: readonly Candidate[]): void {
    for (const { word, description } of candidates) out.line(`${word}\t${description}`);
  }
}

async function ask(
  source: Exclude<Source, "files" | "folders">,
  program: Command,
  words: readonly string[],
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const settings = await settingsOf(program, words);
  if (source === "contexts") {
    const { config } = await readConfig(settings.config, false);
    return Object.entries(config.contexts).map(([word, { url }]) => ({ word, description: url }));
  }
  const client = await openClient(settings);
  if (source === "drones") {
    const drones = await client.listDrones({ signal });
    return drones.map(({ name, draining }) => ({
      word: name,
      description: draining ? "draining" : "",
    }));
  }
  const candidates: Candidate[] = [];
  for await (const backend of client.listBackends({ status: LIVE_STATUSES }, { signal })) {
    const { id, key, status } = backend;
    candidates.push({
      word: id,
      description: key.name === id ? status : `${status} ${formatKey(key)}`,
    });
    if (candidates.length === MOST) break;
  }
  return candidates;
}

const OF_CONTROLLER = ["--url", "--context", "--api-key", "--data-dir", "--config"];

/** As any command would be told: by the flags that are typed already, variables and the config file. */
async function settingsOf(
  program: Command,
  words: readonly string[],
): Promise<ClientSettings & { config: string }> {
  // The value that is being typed is none yet.
  const whole = words.slice(0, -1);
  const said = whole.flatMap((word, index) => {
    const value = whole[index + 1];
    return OF_CONTROLLER.includes(word) && value !== undefined ? [word, value] : [];
  });
  let settings: ClientSettings | undefined;
  // Any command that asks a controller and needs no argument would do.
  const vehicle = program.commands.find((command) => command.name() === "drones");
  vehicle?.action((options: ClientSettings) => {
    settings = options;
  });
  await program.parseAsync(["drones", ...said], { from: "user" });
  if (settings === undefined) throw new Error("there is no command to ask with");
  return { ...settings, ...program.opts<{ config: string }>() };
}
