import { ApiError } from "../../src/protocol/errors.ts";
import type { Rights } from "./rights.ts";

/** Far more than people and programs watch at once; a drone serves ten times as many. */
const MAX_OF_NAMESPACED = 100;
const RETRY_AFTER_SECONDS = 5;

/**
 * What is open that lasts: logs, metrics, events and statuses as they come. There are so many in all, so that
 * other requests find a connection; and so many of one key of a namespace, as drones tell logs and metrics to
 * all namespaces over what they have in common.
 */
export class OpenStreams {
  readonly #most: number;
  readonly #ofOwner = new Map<string, number>();
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Null: nobody is asked who they are. Throws if there are too many already. Returns what counts it out again. */
  add(rights: Pick<Rights, "keyId" | "namespace"> | null): () => void {
    if (this.#total >= this.#most) throw tooMany(this.#most);
    const owner = ownerOf(rights);
    if (owner !== null) this.#addTo(owner);
    this.#total += 1;
    return () => {
      this.#total -= 1;
      if (owner !== null) this.#countOut(owner);
    };
  }

  #addTo(owner: string): void {
    const open = this.#ofOwner.get(owner) ?? 0;
    if (open >= MAX_OF_NAMESPACED) throw tooManyOfOne();
    this.#ofOwner.set(owner, open + 1);
  }

  #countOut(owner: string): void {
    const left = (this.#ofOwner.get(owner) ?? 0) - 1;
    if (left > 0) this.#ofOwner.set(owner, left);
    else this.#ofOwner.delete(owner);
  }
}

/** Whom forward-auth lets in has no key: they share what their namespace has. */
function ownerOf(rights: Pick<Rights, "keyId" | "namespace"> | null): string | null {
  if (rights === null || rights.namespace === null) return null;
  return rights.keyId ?? `of ${rights.namespace}`;
}

function tooManyOfOne(): ApiError {
  const message = `a key of a namespace has ${MAX_OF_NAMESPACED} streams at most`;
  return new ApiError("rate-limited", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function tooMany(most: number): ApiError {
  const message = `this controller has ${most} streams open already`;
  return new ApiError("too-many-streams", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
