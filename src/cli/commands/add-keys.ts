import { type Command, InvalidArgumentError, Option } from "commander";
import { type RateLimit, SCOPES, type Scope } from "../../protocol/api-key.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseList } from "../settings/parse-list.ts";
import { parseRate } from "../settings/parse-rate.ts";
import { parseSeconds } from "../settings/parse-seconds.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface KeysOptions extends ClientSettings {
  json?: true;
}

export interface CreateKeyOptions extends KeysOptions {
  scope: readonly Scope[];
  namespace?: string;
  expires?: number;
  rate?: RateLimit;
}

export interface RevokeKeyOptions extends KeysOptions {
  force?: true;
}

const load = async () => await import("../access/run-keys.ts");

/** Who may use the API: `keys create`, `keys ls`, `keys revoke`. */
export function addKeys(program: Command, context: Context): void {
  const group = program
    .command("keys")
    .summary("make, list and revoke API keys")
    .description("Make, list and revoke API keys: who may use the API, and for what.");
  addCreate(group, context);
  const ls = group
    .command("ls")
    .summary("list the keys, without their secrets")
    .description("List the API keys: what each may do, until when, and when it was last used.")
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(ls).action(async (options: KeysOptions) => {
    await (await load()).runListKeys(context, options);
  });
  const revoke = group
    .command("revoke")
    .summary("revoke a key, at once")
    .description(
      "Revoke an API key. What is open by its right is closed: streams, sessions, and the sockets of drones and proxies.",
    )
    .argument("<id>", "its id, as `hangar keys ls` shows it")
    .option("--force", "also the last key that may make others")
    .addOption(jsonOption("print JSON: its id"));
  addClientSettings(revoke).action(async (id: string, options: RevokeKeyOptions) => {
    await (await load()).runRevokeKey(context, options, id);
  });
}

function addCreate(group: Command, context: Context): void {
  const create = group
    .command("create")
    .summary("make a key; it is shown once")
    .description("Make an API key. It is printed once and kept as a hash only.")
    .argument("<name>", "for people, to tell it from others")
    .addOption(
      new Option("--scope <scope>", `what it is good for: ${SCOPES.join(", ")}; repeatable`)
        .argParser(parseScopes)
        .makeOptionMandatory(),
    )
    .option("--namespace <name>", "it reaches backends of this namespace only; default: all")
    .option(
      "--expires <seconds>",
      "how long it is good, or 12h, 30d; default: for ever",
      parseSeconds,
    )
    .option("--rate <rate[/burst]>", "how many requests, such as 50/s or 30/m", parseRate)
    .addOption(jsonOption("print JSON: the key with its secret"));
  addClientSettings(create)
    .addHelpText(
      "after",
      examples(
        ["hangar keys create web --scope connect", "For an app server that connects its users."],
        [
          "hangar keys create ci --scope connect --scope read --namespace ci --expires 30d --rate 50/s",
          "For tests, in a namespace of their own.",
        ],
      ),
    )
    .action(async (name: string, options: CreateKeyOptions) => {
      await (await load()).runCreateKey(context, options, name);
    });
}

function parseScopes(text: string, earlier: readonly Scope[] = []): readonly Scope[] {
  const asked = parseList(text);
  const known = SCOPES.filter((scope) => asked.includes(scope));
  if (known.length === 0 || known.length < new Set(asked).size) {
    throw new InvalidArgumentError(`Expected of: ${SCOPES.join(", ")}.`);
  }
  return [...new Set([...earlier, ...known])];
}
