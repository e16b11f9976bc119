import { type Signal, signal } from "@preact/signals";
import type { HangarClient } from "../../src/client/client.ts";
import type { BackendSummary } from "../../src/protocol/backend.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { LIVE_STATUSES } from "../../src/protocol/statuses.ts";
import { phaseOf } from "../format/statuses.ts";
import { type BackendRow, mergeEvent, mergeSummary } from "./backend-row.ts";
import { forgetOldest } from "./forget-oldest.ts";

const PAGE = 1_000;
/** Of those that have ended; those that live are all kept. */
const KEEP_ENDED = 2_000;
/** Many events come at once; a table that is drawn more often is no more readable. */
const SHOW_AFTER_MS = 60;
/** What an event does not tell is asked for once for all that came meanwhile. */
const ASK_AFTER_MS = 400;
const NEWEST = 200;

export type BookState =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded" }
  | { readonly kind: "failed"; readonly error: Error };

/** All live backends, loaded page by page and kept up to date by events. */
export class BackendBook {
  /** Grows whenever `rows` has changed. */
  readonly version: Signal<number> = signal(0);
  readonly state: Signal<BookState> = signal({ kind: "loading" });
  readonly #client: Pick<HangarClient, "listBackends">;
  readonly #rows = new Map<string, BackendRow>();
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(client: Pick<HangarClient, "listBackends">) {
    this.#client = client;
  }

  get rows(): ReadonlyMap<string, BackendRow> {
    return this.#rows;
  }

  async load(signal?: AbortSignal): Promise<void> {
    this.state.value = { kind: "loading" };
    try {
      const options = { ...(signal === undefined ? {} : { signal }) };
      let arrived = 0;
      for await (const told of this.#client.listBackends(
        { status: LIVE_STATUSES, limit: PAGE },
        options,
      )) {
        this.#take(told);
        arrived += 1;
        if (arrived % PAGE === 0) this.#show();
      }
      this.state.value = { kind: "loaded" };
      this.#show();
    } catch (error) {
      if (!signal?.aborted) this.state.value = { kind: "failed", error: error as Error };
    }
  }

  /** The newest of those that have ended; they are only loaded when somebody wants to see them. */
  async loadEnded(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#takeNewest({ status: ["terminated"], limit: PAGE }, PAGE);
  }

  hear(events: readonly BackendEvent[]): void {
    for (const event of events) {
      const row = mergeEvent(this.#rows.get(event.backend_id), event);
      this.#rows.set(event.backend_id, row);
      if (row.isPartial) this.#askLater();
    }
    this.#showTimer ??= setTimeout(() => this.#show(), SHOW_AFTER_MS);
  }

  close(): void {
    clearTimeout(this.#showTimer);
    clearTimeout(this.#askTimer);
  }

  #take(told: BackendSummary): void {
    this.#rows.set(told.id, mergeSummary(this.#rows.get(told.id), told));
  }

  #show(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    const ended = [...this.#rows.values()].filter(
      ({ backend }) => phaseOf(backend.status) === "ended",
    );
    for (const id of forgetOldest(ended, KEEP_ENDED)) this.#rows.delete(id);
    this.version.value += 1;
  }

  #askLater(): void {
    this.#askTimer ??= setTimeout(() => {
      this.#askTimer = undefined;
      void this.#takeNewest({ limit: NEWEST }, NEWEST);
    }, ASK_AFTER_MS);
  }

  async #takeNewest(
    filter: Parameters<HangarClient["listBackends"]>[0],
    count: number,
  ): Promise<void> {
    let left = count;
    try {
      for await (const told of this.#client.listBackends(filter)) {
        this.#take(told);
        left -= 1;
        if (left === 0) break;
      }
    } catch {
      // What is missing is only more detail; the next event asks again.
    }
    this.#show();
  }
}
