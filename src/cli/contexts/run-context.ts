import { text } from "node:stream/consumers";
import { CliError } from "../cli-error.ts";
import type {
  ContextAddOptions,
  ContextShowOptions,
  ContextUseOptions,
} from "../commands/add-context.ts";
import type { ConfigFile, NamedController } from "../config/config-file.ts";
import { readConfig } from "../config/read-config.ts";
import { writeConfig } from "../config/write-config.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { renderFacts } from "../render/render-facts.ts";
import { renderTable } from "../render/render-table.ts";
import { keyFile, tildePath } from "../settings/data-dir.ts";
import { unknownContext } from "./choose-context.ts";

export async function runContextAdd(
  { terminal: { out } }: Context,
  path: string,
  name: string,
  { url, apiKeyFile, use, json, ...options }: ContextAddOptions,
): Promise<void> {
  if ((options.apiKey === undefined) === (apiKeyFile === undefined)) {
    throw new CliError("A context needs one key.", {
      exitCode: EXIT.usage,
      hints: [
        "Name its file with --api-key-file, or give it with --api-key; - reads it from stdin.",
      ],
    });
  }
  const key = apiKeyFile === undefined ? { apiKey: await givenKey(options) } : { apiKeyFile };
  const { config } = await readConfig(path, false);
  const controller: NamedController = { url, ...key };
  const currentContext = use === true ? name : config.currentContext;
  const contexts = { ...config.contexts, [name]: controller };
  const { [name]: _, ...broken } = config.broken;
  await writeConfig({ ...config, contexts, broken, currentContext });
  if (json === true) out.line(JSON.stringify(shown(name, controller, currentContext)));
  else out.line(`${out.colors.bold(name)}  ${url}${currentContext === name ? "  (current)" : ""}`);
}

async function givenKey({ apiKey = "" }: Pick<ContextAddOptions, "apiKey">): Promise<string> {
  const key = (apiKey === "-" ? await text(process.stdin) : apiKey).trim();
  if (key !== "") return key;
  throw new CliError(apiKey === "-" ? "There is no key on stdin." : "The key is empty.", {
    exitCode: EXIT.usage,
    hints: ["Nothing was remembered."],
  });
}

export async function runContextLs(
  { terminal: { out, err } }: Context,
  path: string,
  { json }: { json?: true },
): Promise<void> {
  const { config } = await readConfig(path, false);
  const list = Object.entries(config.contexts).map(([name, controller]) =>
    shown(name, controller, config.currentContext),
  );
  for (const broken of Object.values(config.broken))
    err.line(`${err.colors.yellow("⚠")} ${broken.message}`);
  if (json === true) out.line(JSON.stringify(list));
  else if (list.length === 0 && Object.keys(config.broken).length === 0)
    err.line("No context yet. `hangar context add` makes one.");
  else if (list.length > 0) {
    const rows = list.map(({ name, url, current, api_key_file: file }) => [
      `${current ? out.colors.green("●") : " "} ${out.colors.bold(name)}`,
      url,
      file === null ? out.colors.dim("in the config file") : tildePath(file),
    ]);
    out.line(renderTable(["  NAME", "URL", "KEY"], rows, out.colors));
  }
}

export async function runContextUse(
  { terminal: { out } }: Context,
  path: string,
  name: string | undefined,
  { none, json }: ContextUseOptions,
): Promise<void> {
  if ((name === undefined) === (none !== true)) {
    throw new CliError(name === undefined ? "Which context?" : "Both a name and --none.", {
      exitCode: EXIT.usage,
      hints: ["`hangar context ls` lists them; --none is the controller of this machine."],
    });
  }
  const { config } = await readConfig(path, false);
  if (name !== undefined) mustKnow(config, name);
  if (name !== config.currentContext) await writeConfig({ ...config, currentContext: name });
  if (json === true) out.line(JSON.stringify({ current: name ?? null }));
  else out.line(`Commands ask ${name ?? "the controller of this machine"} from now on.`);
}

export async function runContextRm(
  { terminal: { out } }: Context,
  path: string,
  name: string,
  { json }: { json?: true },
): Promise<void> {
  const { config } = await readConfig(path, false);
  if (!Object.hasOwn(config.broken, name)) mustKnow(config, name);
  const { [name]: _, ...contexts } = config.contexts;
  const { [name]: __, ...broken } = config.broken;
  const currentContext = config.currentContext === name ? undefined : config.currentContext;
  await writeConfig({ ...config, contexts, broken, currentContext });
  out.line(json === true ? JSON.stringify({ name }) : `${name} is forgotten.`);
}

export async function runContextShow(
  { terminal: { out } }: Context,
  path: string,
  { url, dataDir, context, json }: ContextShowOptions,
  source: (option: string) => string | undefined,
): Promise<void> {
  const { config } = await readConfig(path, false);
  const named = context ?? config.currentContext;
  const controller = named === undefined ? undefined : config.contexts[named];
  const isContext = source("url") === "config" && controller?.url === url;
  const whence = (option: Option, kept: string, otherwise: string) =>
    ({ cli: option.flag, env: option.variable, config: kept })[source(option.name) ?? ""] ??
    otherwise;
  const keptKey = isContext ? controller?.apiKeyFile : undefined;
  const answer = {
    context: isContext ? (named ?? null) : null,
    url,
    url_from: whence(URL_OPTION, isContext ? "context" : "config file", "default"),
    key_from: whence(KEY_OPTION, keptKey ?? "config file", keyFile(dataDir, "admin")),
    config: path,
  };
  if (json === true) {
    out.line(JSON.stringify(answer));
    return;
  }
  const facts: [string, string | undefined][] = [
    ["Context", answer.context ?? "none"],
    ["URL", `${url} (${answer.url_from})`],
    ["Key", tildePath(answer.key_from)],
    ["Config", tildePath(path)],
  ];
  out.line(renderFacts(facts, out.colors));
}

interface Option {
  name: string;
  flag: string;
  variable: string;
}
const URL_OPTION: Option = { name: "url", flag: "--url", variable: "HANGAR_URL" };
const KEY_OPTION: Option = { name: "apiKey", flag: "--api-key", variable: "HANGAR_API_KEY" };

function mustKnow({ contexts, broken }: ConfigFile, name: string): void {
  if (broken[name] !== undefined) throw broken[name];
  if (!Object.hasOwn(contexts, name)) throw unknownContext(name, Object.keys(contexts));
}

/** What may be told of a context: its key may not. */
function shown(name: string, { url, apiKeyFile }: NamedController, current: string | undefined) {
  return { name, url, current: name === current, api_key_file: apiKeyFile ?? null };
}
