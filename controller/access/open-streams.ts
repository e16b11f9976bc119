import { ApiError } from "../../src/protocol/errors.ts";
import type { Rights } from "./rights.ts";

/** Far more than people and programs watch at once; a drone serves ten times as many. */
const MAX_OPEN = 100;
const RETRY_AFTER_SECONDS = 5;

/**
 * What keys of a namespace have open that lasts: logs, metrics and events as they come. Drones tell these to
 * all namespaces over what they have in common, so none may take all of it.
 */
export class OpenStreams {
  readonly #open = new Map<string, number>();

  /** Throws if there are too many already. Returns the function that counts it out again. */
  add({ keyId, namespace }: Pick<Rights, "keyId" | "namespace">): () => void {
    if (namespace === null) return () => undefined;
    // Whom forward-auth lets in has no key: they share what their namespace has.
    const owner = keyId ?? `of ${namespace}`;
    const open = this.#open.get(owner) ?? 0;
    if (open >= MAX_OPEN) throw tooMany();
    this.#open.set(owner, open + 1);
    return () => this.#countOut(owner);
  }

  #countOut(owner: string): void {
    const left = (this.#open.get(owner) ?? 0) - 1;
    if (left > 0) this.#open.set(owner, left);
    else this.#open.delete(owner);
  }
}

function tooMany(): ApiError {
  return new ApiError("rate-limited", `a key of a namespace has ${MAX_OPEN} streams at most`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
