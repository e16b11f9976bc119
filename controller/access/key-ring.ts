import { LRUCache } from "lru-cache";
import { KEY_TRUST_MS, KEY_USE_INTERVAL_MS } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { AccessStore, GoodKey } from "../store/access-store.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import { Holds } from "./holds.ts";
import type { Rights } from "./rights.ts";

export interface KeyRingDeps {
  store: Pick<AccessStore, "findApiKey" | "findSession" | "stillGood" | "touchApiKeys">;
  changes: ChangeFeed;
  clock: Clock;
  log: Log;
}

interface Known {
  rights: Rights;
  readMs: number;
  /** How many changes this process had heard of when it asked. */
  asOf: number;
}

const REMEMBERED = 1_000;
const TICK_MS = 1_000;

/**
 * The keys and sessions that are in use. What was read of one is believed until a change is heard of, and
 * for KEY_TRUST_MS at most; what is held open with one is let go when it ends.
 */
export class KeyRing implements AsyncDisposable {
  readonly #deps: KeyRingDeps;
  readonly #known = new LRUCache<string, Known>({ max: REMEMBERED });
  readonly #asking = new Map<string, Promise<Rights | undefined>>();
  readonly #holds = new Holds();
  readonly #used = new Set<string>();
  readonly #stopListening: () => void;
  readonly #ticking: AsyncDisposable;
  #changes = 0;
  #judgedMs: number;
  #toldMs: number;

  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
    this.#judgedMs = this.#toldMs = deps.clock.monotonicMs();
    this.#stopListening = deps.changes.on("api-keys", () => this.#hearChange());
    this.#ticking = repeat(deps, "keys in use", TICK_MS, () => this.#tick());
  }

  /** The rights of an API key by its hash; undefined if it is not good. */
  key(hash: string): Promise<Rights | undefined> | Rights | undefined {
    return this.#find(hash, async () => {
      const key = await this.#deps.store.findApiKey(hash);
      return key && this.#rightsOf(key, key.expiresInMs, null);
    });
  }

  /** The rights of a session by its hash. */
  session(hash: string): Promise<Rights | undefined> | Rights | undefined {
    return this.#find(hash, async () => {
      const found = await this.#deps.store.findSession(hash);
      if (found === undefined) return undefined;
      const { key, expiresAt, expiresInMs } = found;
      return this.#rightsOf(key, expiresInMs, { hash, expiresAt });
    });
  }

  /** The rights of a key that was good when it was read last, unless keys have changed since. */
  lastKnown(hash: string): Rights | undefined {
    const known = this.#known.get(hash);
    if (known === undefined || known.asOf !== this.#changes) return undefined;
    return known.rights.endsMs <= this.#deps.clock.monotonicMs() ? undefined : known.rights;
  }

  /** Whether it was good once, so that it is no guess. */
  knows(hash: string): boolean {
    return this.#known.has(hash);
  }

  /** Ends what is held open with these rights when they end. Returns the function that lets go of it. */
  hold(rights: Rights, end: () => void): () => void {
    return this.#holds.add(rights, end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#ticking[Symbol.asyncDispose]();
    await this.#tellUse().catch(() => undefined);
  }

  #find(
    hash: string,
    ask: () => Promise<Rights | undefined>,
  ): Promise<Rights | undefined> | Rights | undefined {
    const known = this.#known.get(hash);
    const nowMs = this.#deps.clock.monotonicMs();
    if (known === undefined || known.asOf !== this.#changes || known.readMs <= nowMs - KEY_TRUST_MS)
      return this.#askOnce(hash, ask);
    return this.#use(known.rights);
  }

  async #askOnce(
    hash: string,
    ask: () => Promise<Rights | undefined>,
  ): Promise<Rights | undefined> {
    const mark = `${this.#changes} ${hash}`;
    const asking = this.#asking.get(mark) ?? this.#ask(hash, ask);
    this.#asking.set(mark, asking);
    try {
      const rights = await asking;
      return rights && this.#use(rights);
    } finally {
      this.#asking.delete(mark);
    }
  }

  async #ask(hash: string, ask: () => Promise<Rights | undefined>): Promise<Rights | undefined> {
    const about = { asOf: this.#changes, readMs: this.#deps.clock.monotonicMs() };
    const rights = await ask();
    if (rights === undefined) this.#known.delete(hash);
    else this.#known.set(hash, { rights, ...about });
    return rights;
  }

  /** Undefined if they have ended by now. */
  #use(rights: Rights): Rights | undefined {
    if (rights.endsMs <= this.#deps.clock.monotonicMs()) return undefined;
    if (rights.keyId !== null) this.#used.add(rights.keyId);
    return rights;
  }

  #rightsOf(
    { id, name, scopes, namespace, rateLimit }: GoodKey,
    expiresInMs: number | null,
    session: Rights["session"],
  ): Rights {
    const endsMs =
      expiresInMs === null
        ? Number.POSITIVE_INFINITY
        : this.#deps.clock.monotonicMs() + expiresInMs;
    return { keyId: id, keyName: name, scopes, namespace, rateLimit, session, endsMs };
  }

  #hearChange(): void {
    this.#changes += 1;
    this.#judge().catch((error: unknown) => this.#later(error));
  }

  async #tick(): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#holds.endLapsed(nowMs);
    try {
      if (this.#judgedMs <= nowMs - KEY_TRUST_MS) await this.#judge();
      if (this.#toldMs <= nowMs - KEY_USE_INTERVAL_MS) await this.#tellUse();
    } catch (error) {
      this.#later(error);
    }
  }

  /** Whoever is in stays while the database is away: it is asked again. */
  #later(error: unknown): void {
    if (isDatabaseAway(error)) return;
    this.#deps.log.error({ err: error }, "cannot look after the keys in use");
  }

  async #judge(): Promise<void> {
    this.#judgedMs = this.#deps.clock.monotonicMs();
    const held = this.#holds.credentials();
    if (held.keyIds.length === 0 && held.sessionHashes.length === 0) return;
    const good = await this.#deps.store.stillGood(held);
    this.#holds.endAllOf({
      keyIds: without(held.keyIds, good.keyIds),
      sessionHashes: without(held.sessionHashes, good.sessionHashes),
    });
  }

  async #tellUse(): Promise<void> {
    this.#toldMs = this.#deps.clock.monotonicMs();
    const ids = new Set([...this.#used, ...this.#holds.credentials().keyIds]);
    this.#used.clear();
    await this.#deps.store.touchApiKeys([...ids]);
  }
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const left = new Set(all);
  for (const one of some) left.delete(one);
  return [...left];
}
