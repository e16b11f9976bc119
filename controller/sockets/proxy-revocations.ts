import type { BackendId } from "../../src/protocol/ids.ts";
import type { ControllerToProxy, Route } from "../../src/protocol/proxy-messages.ts";
import { type Revocation, revokes } from "../../src/protocol/revocation.ts";
import type { Log } from "../../src/shared/log.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import type { Store } from "../store/store.ts";
import type { RevocationNews } from "./revocation-news.ts";

export interface ProxyRevocationsDeps {
  store: Pick<Store, "revocationsOf">;
  revocations: Pick<RevocationNews, "on">;
  log: Log;
}

/** What one proxy hears of revocations: each as it comes, and of what it has open all that there were. */
export class ProxyRevocations {
  readonly #deps: ProxyRevocationsDeps;
  readonly #send: (message: ControllerToProxy) => void;
  readonly #stop: () => void;
  readonly #lookups = new Set<Lookup>();
  /** It may have missed revocations of these. */
  #owed: readonly BackendId[] = [];

  constructor(deps: ProxyRevocationsDeps, send: (message: ControllerToProxy) => void) {
    this.#deps = deps;
    this.#send = send;
    this.#stop = deps.revocations.on((revocation) => {
      for (const lookup of this.#lookups) lookup.heard.push(revocation);
      this.#tell(revocation);
    });
  }

  close(): void {
    this.#stop();
  }

  /** Of a lookup: what comes in its course must not be overtaken by its answer. */
  begin(): Lookup {
    const lookup = new Lookup((over) => this.#lookups.delete(over));
    this.#lookups.add(lookup);
    return lookup;
  }

  /** It comes back with these connections, which what it has not heard of may have ended. */
  owe(backends: readonly BackendId[]): void {
    this.#owed = backends;
  }

  /** Told later if the database is away. */
  async settle(): Promise<void> {
    const owed = this.#owed;
    if (owed.length === 0) return;
    try {
      const missed = await this.#deps.store.revocationsOf(owed);
      for (const revocation of missed) this.#tell(revocation);
      if (this.#owed === owed) this.#owed = [];
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      this.#deps.log.warn({ problem: error.message }, "revocations are told later");
    }
  }

  #tell(revocation: Revocation): void {
    this.#send({ type: "tokens-revoked", revocation });
  }
}

/** One lookup of a route, from its first read to its answer. */
class Lookup implements Disposable {
  readonly heard: Revocation[] = [];
  readonly #onOver: (lookup: Lookup) => void;

  constructor(onOver: (lookup: Lookup) => void) {
    this.#onOver = onOver;
  }

  /** Whether what was read has been revoked since. */
  hasRevoked(route: Route): boolean {
    return this.heard.some((revocation) => revokes(revocation, route));
  }

  [Symbol.dispose](): void {
    this.#onOver(this);
  }
}
