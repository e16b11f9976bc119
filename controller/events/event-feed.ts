import { ApiError } from "../../src/protocol/errors.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { EventFilter, EventPage, EventRecord } from "../store/event-store.ts";
import type { Store } from "../store/store.ts";
import { type EventPlace, isGone } from "./event-cursor.ts";
import { fitsEvent } from "./fits-event.ts";

export interface EventFeedDeps {
  store: Pick<Store, "listEvents" | "subscribe">;
  clock: Clock;
  log: Log;
}

export interface FollowRequest {
  filter: EventFilter;
  /** After a place, or the newest so many and what comes after them. */
  from: { after: EventPlace } | { newest: number };
}

/** An event, and up to which place some were forgotten when it was read. */
export interface ToldEvent {
  event: EventRecord;
  forgotten: number;
}

/** All that fits and comes before this place was told. */
export interface Reached {
  reached: EventPlace;
}

const PAGE = 500;
/** What those who follow closely need not ask the database for. */
const KEPT = 2_000;
/** Changes that come in a bunch are read at once. */
const REST_MS = 20;
/** If the news of a change was lost, and while the database is away. */
const LOOK_AGAIN_MS = 2_000;

/**
 * New events, read once for all who follow them: whoever keeps up is served from memory; whoever is
 * behind reads pages of his own until he has caught up. Nothing is read while nobody follows.
 */
export class EventFeed implements AsyncDisposable {
  readonly #deps: EventFeedDeps;
  readonly #unsubscribe: () => void;
  readonly #stop = new AbortController();
  /** All events from after `#keptFrom` up to `#reached`, if there is a reader. */
  #kept: EventRecord[] = [];
  #keptFrom = Number.POSITIVE_INFINITY;
  #reached = 0;
  #forgotten = 0;
  #followers = 0;
  #reading: Promise<void> | undefined;
  #wakeReader: () => void = () => undefined;
  #waiting = new Set<() => void>();

  constructor(deps: EventFeedDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.store.subscribe(({ kind }) => {
      if (kind === "backend") this.#wakeReader();
    });
  }

  /** Throws `cursor-gone` if something that comes after the place is no more, or the place itself is not there. */
  async page(filter: EventFilter, after: EventPlace, limit: number): Promise<EventPage> {
    const page = await this.#deps.store.listEvents({
      ...filter,
      from: { after: after.seq },
      limit,
    });
    if (!isGone(after, page)) return page;
    throw new ApiError(
      "cursor-gone",
      "events after this cursor are not kept, or it is of another database: begin anew, without a cursor",
    );
  }

  newest(filter: EventFilter, count: number): Promise<EventPage> {
    return this.#deps.store.listEvents({ ...filter, from: { newest: count }, limit: count });
  }

  /**
   * Each event that fits once, in order, until the signal aborts or the feed is closed; and which place
   * is reached, at the begin and whenever it is another, whether or not something fitted.
   */
  async *follow(
    { filter, from }: FollowRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ToldEvent | Reached> {
    const over = AbortSignal.any([signal, this.#stop.signal]);
    this.#followers += 1;
    try {
      this.#reading ??= this.#read();
      const follower: Follower = { filter, place: { seq: 0, known: 0 } };
      if ("after" in from) follower.place = from.after;
      else yield* toldTo(follower, await this.newest(filter, from.newest));
      yield { reached: follower.place };
      while (!over.aborted) {
        const { seq } = follower.place;
        if (follower.place.seq >= this.#keptFrom) yield* this.#fromMemory(follower);
        else yield* toldTo(follower, await this.page(filter, follower.place, PAGE));
        if (follower.place.seq > seq) yield { reached: follower.place };
        if (this.#reached <= follower.place.seq) await this.#news(over);
      }
    } finally {
      this.#followers -= 1;
      this.#wakeReader();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort();
    this.#wakeReader();
    await this.#reading;
  }

  /** For as long as anybody follows. */
  async #read(): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stop;
    while (this.#followers > 0 && !signal.aborted) {
      const news = this.#untilWoken();
      try {
        await this.#readOn();
        await clock.sleep(REST_MS, signal).catch(() => undefined);
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, "events cannot be read");
      }
      await news;
    }
    this.#kept = [];
    this.#keptFrom = Number.POSITIVE_INFINITY;
    this.#reading = undefined;
  }

  async #readOn(): Promise<void> {
    if (this.#keptFrom === Number.POSITIVE_INFINITY) {
      const { reached } = await this.newest({}, 0);
      this.#keptFrom = reached;
      this.#reached = reached;
    }
    for (;;) {
      const from = { after: this.#reached };
      const page = await this.#deps.store.listEvents({ from, limit: PAGE });
      this.#keep(page);
      if (page.events.length < PAGE) return;
    }
  }

  #keep({ events, reached, forgotten }: EventPage): void {
    this.#kept.push(...events);
    const tooMany = this.#kept.length - KEPT;
    if (tooMany > 0) this.#keptFrom = this.#kept.splice(0, tooMany).at(-1)?.seq ?? this.#keptFrom;
    this.#reached = reached;
    this.#forgotten = forgotten;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const tell of waiting) tell();
  }

  *#fromMemory(follower: Follower): Generator<ToldEvent> {
    const { filter, place } = follower;
    const first = this.#kept.findIndex(({ seq }) => seq > place.seq);
    const fresh = first === -1 ? [] : this.#kept.slice(first);
    const [reached, forgotten] = [this.#reached, this.#forgotten];
    for (const event of fresh) if (fitsEvent(filter, event)) yield { event, forgotten };
    follower.place = onTo(place, reached);
  }

  #untilWoken(): Promise<void> {
    const patience = new AbortController();
    return new Promise<void>((resolve) => {
      this.#wakeReader = () => {
        patience.abort();
        resolve();
      };
      this.#deps.clock.sleep(LOOK_AGAIN_MS, patience.signal).then(resolve, () => undefined);
    });
  }

  #news(over: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const tell = () => {
        over.removeEventListener("abort", tell);
        this.#waiting.delete(tell);
        resolve();
      };
      if (over.aborted) return resolve();
      over.addEventListener("abort", tell, { once: true });
      this.#waiting.add(tell);
    });
  }
}

interface Follower {
  filter: EventFilter;
  place: EventPlace;
}

function* toldTo(
  follower: Follower,
  { events, reached, forgotten }: EventPage,
): Generator<ToldEvent> {
  for (const event of events) yield { event, forgotten };
  follower.place = onTo(follower.place, reached);
}

function onTo({ seq, known }: EventPlace, reached: number): EventPlace {
  return { seq: Math.max(seq, reached), known: Math.max(known, reached) };
}
