import { SCOPES, type Scope } from "../../src/protocol/api-key.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { within } from "../../src/shared/within.ts";
import type { Credentials } from "./authenticate.ts";
import { forwardedHeaders, forwardTarget } from "./forwarded-request.ts";
import { OutageLog } from "./outage-log.ts";
import type { Rights } from "./rights.ts";

export interface ForwardAuthDeps {
  clock: Clock;
  log: Log;
}

/** Of an answer, and of waiting in line for one. */
const TIMEOUT_MS = 5_000;
const MAX_ASKING = 64;
const MAX_WAITING = 512;

/**
 * Asks a service of the operator's who may use the API, for each request that carries no key of ours. 2xx
 * lets it in, as an admin unless the answer's headers say less; any other answer is a 401.
 */
export class ForwardAuth {
  readonly #deps: ForwardAuthDeps;
  readonly #target: ReturnType<typeof forwardTarget>;
  readonly #outage: OutageLog;
  /** In their order; who is called has the place of one that was answered. */
  readonly #waiting = new Set<() => void>();
  #asking = 0;

  /** `url` may hold a bearer for the service as its user: `https://TOKEN@auth.example/check`. */
  constructor(deps: ForwardAuthDeps, url: string) {
    this.#deps = deps;
    this.#target = forwardTarget(url);
    this.#outage = new OutageLog(deps, "forward-auth");
  }

  /** Nobody is asked for, nor waits in line for, a client that is gone. */
  async ask(asked: Credentials, gone: AbortSignal): Promise<Rights> {
    await this.#turn(gone);
    try {
      if (gone.aborted) throw away("the client went away");
      return await this.#judged(asked, gone);
    } finally {
      this.#giveTurn();
    }
  }

  async #judged(asked: Credentials, gone: AbortSignal): Promise<Rights> {
    try {
      const answer = await this.#answer(asked, gone);
      const rights = answer.ok ? rightsIn(answer.headers) : undefined;
      if (answer.status >= 500) this.#outage.failed({ status: answer.status });
      else this.#outage.worked();
      if (rights !== undefined) return rights;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!gone.aborted) this.#outage.failed({ err: error.cause });
      throw away(error.message);
    }
    throw new ApiError("unauthorized", "the forward-auth service does not let this in");
  }

  async #turn(gone: AbortSignal): Promise<void> {
    if (this.#asking < MAX_ASKING) {
      this.#asking += 1;
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) throw tooMany();
    await within(this.#deps.clock, TIMEOUT_MS, gone, (deadline) => this.#inLine(deadline));
  }

  #inLine(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      const giveUp = () => {
        if (this.#waiting.delete(resolve)) reject(tooMany());
      };
      deadline.addEventListener("abort", giveUp, { once: true });
    });
  }

  #giveTurn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#asking -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  async #answer(asked: Credentials, gone: AbortSignal): Promise<Response> {
    const { url, bearer } = this.#target;
    const headers = forwardedHeaders(asked, bearer);
    return await within(this.#deps.clock, TIMEOUT_MS, gone, async (signal) => {
      const response = await fetch(url, {
        method: asked.method,
        headers,
        redirect: "manual",
        signal,
      });
      await response.body?.cancel();
      return response;
    }).catch((cause: unknown) => {
      throw new Failure("the forward-auth service does not answer", { cause });
    });
  }
}

/** Of the service, which is told in the log as a whole and to each caller without its cause. */
class Failure extends Error {}

function tooMany(): ApiError {
  return away("too many are asked about at once");
}

function away(message: string): ApiError {
  return new ApiError("unavailable", message, { retryAfterSeconds: 1 });
}

/** `x-hangar-scopes: connect, read`, `x-hangar-namespace`, `x-hangar-user`. Default: admin, all, no name. */
function rightsIn(headers: Headers): Rights {
  const told = headers.get("x-hangar-scopes");
  const scopes = told === null ? (["admin"] as const) : told.split(",").map((word) => word.trim());
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) {
    const message = `forward-auth names a scope that there is not: ${unknown}`;
    throw new Failure(message, { cause: message });
  }
  return {
    keyId: null,
    keyName: headers.get("x-hangar-user"),
    scopes: scopes.filter(isScope),
    namespace: headers.get("x-hangar-namespace"),
    rateLimit: null,
    session: null,
    endsMs: Number.POSITIVE_INFINITY,
  };
}

function isScope(word: string): word is Scope {
  return (SCOPES as readonly string[]).includes(word);
}
