import type { ConnectRequest } from "../../src/protocol/connect.ts";
import type { Access } from "../../src/protocol/spawn-config.ts";

/** What the form's fields hold: text, as typed. */
export interface SpawnForm {
  readonly image: string;
  readonly command: string;
  readonly keyName: string;
  readonly namespace: string;
  readonly tag: string;
  /** One NAME=value a line. */
  readonly env: string;
  /** One name=value a line. */
  readonly labels: string;
  readonly port: string;
  readonly pool: string;
  readonly maxIdle: string;
  readonly lifetime: string;
  readonly cpus: string;
  readonly memoryMib: string;
  readonly access: Access;
  readonly user: string;
  readonly subdomain: string;
}

export const EMPTY_FORM: SpawnForm = {
  ...{ image: "", command: "", keyName: "", namespace: "", tag: "", env: "", labels: "" },
  ...{ port: "", pool: "", maxIdle: "300", lifetime: "", cpus: "", memoryMib: "" },
  ...{ access: "token", user: "", subdomain: "" },
};

export type Problems = Partial<Record<keyof SpawnForm, string>>;

export type SpawnPlan =
  | { readonly isValid: true; readonly request: ConnectRequest }
  | { readonly isValid: false; readonly problems: Problems };

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABEL_NAME = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MIB = 1_048_576;

/** What to send, or what is wrong with which field. The controller checks it all once more. */
export function planSpawn(form: SpawnForm): SpawnPlan {
  const problems: Problems = {};
  const refuse = (field: keyof SpawnForm, problem: string | undefined) => {
    if (problem !== undefined) problems[field] = problem;
  };
  refuse("image", imageProblem(form.image.trim()));
  refuse("keyName", keyProblem(form));
  refuse("subdomain", SUBDOMAIN.test(form.subdomain.trim() || "a") ? undefined : "a host label");
  const env = readPairs(form.env, ENV_NAME, "NAME=value");
  const labels = readPairs(form.labels, LABEL_NAME, "name=value");
  refuse("env", env.problem);
  refuse("labels", labels.problem);
  const number = (field: keyof SpawnForm, min: number, max: number, isWhole = true) => {
    const read = readNumber(form[field], min, max, isWhole);
    refuse(field, read.problem);
    return read.value;
  };
  const numbers = {
    port: number("port", 1, 65_535),
    max_idle_seconds: number("maxIdle", 1, 31_536_000),
    lifetime_limit_seconds: number("lifetime", 1, 31_536_000),
  };
  const [cpus, mib] = [number("cpus", 0.01, 1_024, false), number("memoryMib", 6, 16_777_216)];
  if (Object.keys(problems).length > 0) return { isValid: false, problems };
  const resources = given({ cpus, memory_bytes: mib === undefined ? undefined : mib * MIB });
  const request = {
    ...keyOf(form),
    spawn: {
      image: form.image.trim(),
      access: form.access,
      ...given({ command: readCommand(form.command), ...numbers }),
      ...given({
        pool: form.pool.trim() || undefined,
        subdomain: form.subdomain.trim() || undefined,
      }),
      ...(isEmpty(env.pairs) ? {} : { env: env.pairs }),
      ...(isEmpty(labels.pairs) ? {} : { labels: labels.pairs }),
      ...(isEmpty(resources) ? {} : { resources }),
    },
    ...given({ user: form.user.trim() || undefined }),
  };
  return { isValid: true, request };
}

function imageProblem(image: string): string | undefined {
  if (image === "") return "an image is needed";
  return /^[!-~]{1,512}$/.test(image) ? undefined : "no spaces, 512 characters at most";
}

function keyProblem({ keyName, namespace, tag }: SpawnForm): string | undefined {
  const isMissing = keyName.trim() === "" && (namespace.trim() !== "" || tag.trim() !== "");
  return isMissing ? "a namespace or tag needs a name" : undefined;
}

function keyOf({ keyName, namespace, tag }: SpawnForm): Pick<ConnectRequest, "key"> {
  const name = keyName.trim();
  if (name === "") return {};
  const rest = given({ namespace: namespace.trim() || undefined, tag: tag.trim() || undefined });
  return { key: { name, ...rest } };
}

/** Words apart by spaces; quotes hold a word with spaces together. */
export function readCommand(text: string): string[] | undefined {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
  return words.length === 0 ? undefined : words.map(([, a, b, c]) => a ?? b ?? c ?? "");
}

function readPairs(text: string, name: RegExp, form: string) {
  const pairs: Record<string, string> = {};
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    const left = line.slice(0, at).trim();
    if (at < 1 || !name.test(left)) return { pairs, problem: `line ${index + 1}: ${form}` };
    pairs[left] = line.slice(at + 1);
  }
  return { pairs, problem: undefined };
}

function readNumber(text: string, min: number, max: number, isWhole: boolean) {
  if (text.trim() === "") return { value: undefined, problem: undefined };
  const value = Number(text);
  const fits = value >= min && value <= max && (!isWhole || Number.isInteger(value));
  const kind = isWhole ? "a whole number" : "a number";
  return fits
    ? { value, problem: undefined }
    : { value: undefined, problem: `${kind} from ${min} to ${max}` };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): Given<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}
