import type { CreateApiKeyRequest, RateLimit, Scope } from "../../src/protocol/api-key.ts";
import { formatCount } from "../format/format.ts";

export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly namespace: string;
  /** Days; empty: never. */
  readonly expires: string;
  /** Requests a second, on average; empty: the controller's limit. */
  readonly rate: string;
  /** How many at once, after a rest; empty: what two seconds bring. */
  readonly burst: string;
}

export const EMPTY_KEY: KeyForm = {
  ...{ name: "", scopes: ["read"], namespace: "" },
  ...{ expires: "", rate: "", burst: "" },
};

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
const MOST_REQUESTS = 1_000_000;
const BURST_SECONDS = 2;
const MACHINES: ReadonlySet<Scope> = new Set<Scope>(["drone", "proxy"]);

export type KeyProblems = Partial<Record<keyof KeyForm, string>>;

export type KeyPlan =
  | { readonly isValid: true; readonly request: CreateApiKeyRequest }
  | { readonly isValid: false; readonly problems: KeyProblems };

export function planKey(form: KeyForm): KeyPlan {
  const { name, scopes, namespace, expires } = form;
  const { limit, problems: ofRate } = readRate(form);
  const problems: KeyProblems = { ...ofRate };
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
    ...(limit === undefined ? {} : { rate_limit: limit }),
  };
  return { isValid: true, request };
}

function readRate({ rate, burst }: KeyForm): { limit?: RateLimit; problems: KeyProblems } {
  if (rate.trim() === "") {
    return { problems: burst.trim() === "" ? {} : { rate: "a burst needs a rate" } };
  }
  const perSecond = Number(rate);
  if (!(perSecond > 0 && perSecond <= MOST_REQUESTS)) {
    return { problems: { rate: `a number above 0, up to ${MOST_REQUESTS}` } };
  }
  const atOnce =
    burst.trim() === ""
      ? Math.min(MOST_REQUESTS, Math.max(1, Math.ceil(perSecond * BURST_SECONDS)))
      : Number(burst);
  if (!(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= MOST_REQUESTS)) {
    return { problems: { burst: `a whole number from 1 to ${MOST_REQUESTS}` } };
  }
  return { limit: { requests_per_second: perSecond, burst: atOnce }, problems: {} };
}

/** "50/s, 100 at once"; "30/min, 1 at once" for less than one a second. */
export function rateText({ requests_per_second: rate, burst }: RateLimit): string {
  const text = (value: number) => formatCount(Number(value.toPrecision(3)));
  return `${rate < 1 ? `${text(rate * 60)}/min` : `${text(rate)}/s`}, ${formatCount(burst)} at once`;
}
