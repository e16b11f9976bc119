import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { isHttpUrl } from "../settings/parse-http-url.ts";
import { configProblem } from "./config-problem.ts";
import { jsonProblem } from "./json-problem.ts";

/** A controller by name: where it is, and what proves us to it. */
export interface NamedController {
  url: string;
  /** One of these two. */
  apiKey?: string;
  apiKeyFile?: string;
}

/** What stands in a config file, read but for the options of commands. */
export interface ConfigFile {
  readonly path: string;
  /** Of the context that is used when none is named. */
  readonly currentContext: string | undefined;
  readonly contexts: Readonly<Record<string, NamedController>>;
  /** Those that do not fit, and why: they can be listed, replaced and forgotten. */
  readonly broken: Readonly<Record<string, CliError>>;
  /** What commands are told: by the command's name, then by the option's. */
  readonly commands: Readonly<Record<string, unknown>>;
  /** As it stood in the file. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const CONTEXT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isContextName(name: string): boolean {
  return CONTEXT_NAME.test(name);
}

export function emptyConfig(path: string): ConfigFile {
  return { path, currentContext: undefined, contexts: {}, broken: {}, commands: {}, raw: {} };
}

/** Throws a CliError that names the file, the field and what was expected; but of a context that is broken it keeps it. */
export function parseConfig(path: string, text: string): ConfigFile {
  const raw = asObject(path, "", parseJson(path, text));
  const { current_context: current, contexts = {}, ...commands } = raw;
  const known: Record<string, NamedController> = {};
  const broken: Record<string, CliError> = {};
  for (const [name, value] of Object.entries(asObject(path, "contexts", contexts))) {
    const parsed = tryContext(path, name, value);
    if (parsed instanceof CliError) broken[name] = parsed;
    else known[name] = parsed;
  }
  return {
    path,
    currentContext: parseCurrent(path, current, { ...known, ...broken }),
    contexts: known,
    broken,
    commands,
    raw,
  };
}

function tryContext(path: string, name: string, value: unknown): NamedController | CliError {
  const field = `contexts.${name}`;
  if (!isContextName(name)) return configProblem(path, field, CONTEXT_NAME_RULE);
  try {
    return parseContext(path, field, value);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

export const CONTEXT_NAME_RULE =
  "A context's name has letters, digits, dots, dashes and underscores, at most 64.";

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw configProblem(path, "", `it is not JSON: ${jsonProblem(text, error)}.`);
  }
}

export function asObject(path: string, field: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw configProblem(path, field, "expected an object.");
}

function parseCurrent(path: string, value: unknown, contexts: object): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && Object.hasOwn(contexts, value)) return value;
  const names = Object.keys(contexts);
  const expected = names.length === 0 ? "one of contexts, and there is none" : names.join(", ");
  throw configProblem(path, "current_context", `expected ${expected}.`);
}

function parseContext(path: string, field: string, value: unknown): NamedController {
  const { url, api_key: apiKey, api_key_file: apiKeyFile, ...rest } = asObject(path, field, value);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw configProblem(path, `${field}.${unknown}`, "expected url, api_key or api_key_file.");
  }
  if (typeof url !== "string" || !isHttpUrl(url)) {
    throw configProblem(
      path,
      `${field}.url`,
      "expected a URL without user and password, such as https://hangar.example.com.",
    );
  }
  const [key, file] = [
    asText(path, `${field}.api_key`, apiKey),
    asText(path, `${field}.api_key_file`, apiKeyFile),
  ];
  if ((key === undefined) === (file === undefined)) {
    throw configProblem(path, field, "expected one of api_key and api_key_file.");
  }
  return {
    url: url.replace(/\/+$/, ""),
    ...(key === undefined ? {} : { apiKey: key }),
    ...(file === undefined ? {} : { apiKeyFile: toPath(path, file) }),
  };
}

function asText(path: string, field: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw configProblem(path, field, "expected a text that is not empty.");
}

/** As a person writes it: from their home, or from the config file's folder. */
function toPath(path: string, file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(dirname(path), file);
}
