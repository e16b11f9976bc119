import { Challenge } from "../src/protocol/acme.ts";
import { validatorOf } from "../src/protocol/validate.ts";

export interface LookupOptions {
  controllerUrl: string;
  key: string;
}

/** Resolvers give up after about five seconds. */
const DEADLINE_MS = 3_000;
/** Beyond it somebody floods us, and the controller shall not notice. */
const MAX_AT_ONCE = 64;

const answers = validatorOf(Challenge);

/** Asks the controller, once for all who want to know the same at a time; keeps nothing. */
export function challengeLookup({
  controllerUrl,
  key,
}: LookupOptions): (domain: string) => Promise<readonly string[]> {
  const underWay = new Map<string, Promise<readonly string[]>>();
  return (domain) => {
    const shared = underWay.get(domain);
    if (shared !== undefined) return shared;
    if (underWay.size >= MAX_AT_ONCE) return Promise.reject(new Error("too many at once"));
    const asked = ask(controllerUrl, key, domain).finally(() => underWay.delete(domain));
    underWay.set(domain, asked);
    return asked;
  };
}

async function ask(controllerUrl: string, key: string, domain: string): Promise<readonly string[]> {
  const url = `${controllerUrl.replace(/\/+$/, "")}/v1/acme/domains/${domain}/challenge`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const answer: unknown = await response.json();
  if (response.ok && answers.accepts(answer)) return answer.values;
  throw new Error(`the controller answers ${response.status}`);
}
