import type { Address, Status, TerminationReason } from "../src/protocol/backend-state.ts";
import { isEnding, rank } from "../src/protocol/statuses.ts";

export interface BackendNews {
  status: Status;
  address?: Address;
  bridge_address?: Address;
  reason?: TerminationReason;
}

/** What the controller last told of one backend; all routes to it share this. */
export class BackendView {
  #news: BackendNews;
  readonly #watchers = new Set<() => void>();

  constructor(news: BackendNews) {
    this.#news = news;
  }

  get news(): BackendNews {
    return this.#news;
  }

  /** A backend never goes back, so news that is older than what is known is ignored. */
  update(news: BackendNews): void {
    const steps = rank(news.status) - rank(this.#news.status);
    if (steps < 0 || (steps === 0 && !hasMoved(this.#news, news))) return;
    this.#news = news;
    if (news.status === "ready" || isEnding(news.status)) this.wake();
  }

  /** Lets whoever waits look again. */
  wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }

  /** Calls once at the next wake; the returned function takes that back. */
  onWake(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** A drone may find a backend elsewhere; its old address may by then be another session's. */
function hasMoved(known: BackendNews, told: BackendNews): boolean {
  if (told.address === undefined) return false;
  return !(
    isSame(known.address, told.address) && isSame(known.bridge_address, told.bridge_address)
  );
}

function isSame(one: Address | undefined, other: Address | undefined): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}
