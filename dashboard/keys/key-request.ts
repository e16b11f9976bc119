import type { CreateApiKeyRequest, Scope } from "../../src/protocol/api-key.ts";

export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly namespace: string;
  /** Days; empty: never. */
  readonly expires: string;
}

export const EMPTY_KEY: KeyForm = { name: "", scopes: ["read"], namespace: "", expires: "" };

/** Every scope, with what it lets do. */
export const SCOPE_TEXTS: Readonly<Record<Scope, string>> = {
  read: "See all but keys and the audit trail",
  connect: "Connect, terminate, tokens",
  admin: "All of the API",
  drone: "Join as a drone",
  proxy: "Join as a proxy",
};

const DAY_SECONDS = 86_400;
const MOST_DAYS = 36_500;
const MACHINES: ReadonlySet<Scope> = new Set<Scope>(["drone", "proxy"]);

export type KeyProblems = Partial<Record<keyof KeyForm, string>>;

export type KeyPlan =
  | { readonly isValid: true; readonly request: CreateApiKeyRequest }
  | { readonly isValid: false; readonly problems: KeyProblems };

export function planKey({ name, scopes, namespace, expires }: KeyForm): KeyPlan {
  const problems: KeyProblems = {};
  const days = expires.trim() === "" ? undefined : Number(expires);
  if (name.trim() === "") problems.name = "a name is needed";
  if (scopes.length === 0) problems.scopes = "one scope at least";
  if (namespace.trim() !== "" && scopes.some((scope) => MACHINES.has(scope))) {
    problems.namespace = "drones and proxies serve every namespace";
  }
  if (days !== undefined && !(days > 0 && days <= MOST_DAYS)) {
    problems.expires = `a number of days, up to ${MOST_DAYS}`;
  }
  if (Object.keys(problems).length > 0) return { isValid: false, problems };
  const request = {
    name: name.trim(),
    scopes: [...scopes],
    ...(namespace.trim() === "" ? {} : { namespace: namespace.trim() }),
    ...(days === undefined ? {} : { expires_in_seconds: Math.ceil(days * DAY_SECONDS) }),
  };
  return { isValid: true, request };
}
