import type { BackendId } from "../../src/protocol/ids.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Owner } from "../journal/journal.ts";
import { type BootClock, readBootClock } from "../lease/boot-clock.ts";
import type { JournalReader } from "./journal-reader.ts";
import type { Killer } from "./open-killer.ts";
import { overdue, type WatchList, withSight } from "./watch-list.ts";

export interface GuardDeps {
  reader: Pick<JournalReader, "read">;
  openKiller(owner: Owner): Killer;
  bootClock: BootClock;
  log: Log;
}

/** So many are killed at a time. */
const MAX_KILLING = 16;

/**
 * Ends backends whose hard deadline has passed, whatever has become of their drone. It knows what it has
 * read last, so a journal that vanishes frees nobody.
 */
export class Guard {
  readonly #deps: GuardDeps;
  readonly #killing = new Set<BackendId>();
  /** Overdue, and not running. What was only created is looked at again: a slow drone may start it. */
  readonly #still = new Map<BackendId, "created" | "over">();
  readonly #failing = new Set<BackendId>();
  #list: WatchList = new Map();
  #ended: ReadonlySet<BackendId> = new Set();
  #droneIsGone = false;
  #owner: Owner | undefined;
  #isReadable = true;

  constructor(deps: GuardDeps) {
    this.#deps = deps;
  }

  /** Whether there is anything left that only a guard might end. */
  get isIdle(): boolean {
    return [...this.#list.keys()].every((id) => this.#still.has(id));
  }

  /** Nobody but the guard clears away any more. */
  droneGone(): void {
    this.#droneIsGone = true;
  }

  /** To be called again and again. Returns at once; kills go on by themselves. */
  look(): void {
    const seen = this.#read();
    if (seen !== undefined) {
      this.#list = withSight(this.#list, seen);
      this.#forgetEnded(seen);
    }
    for (const id of this.#condemned()) {
      if (this.#killing.size >= MAX_KILLING) return;
      if (this.#still.get(id) !== "over" && !this.#killing.has(id)) void this.#kill(id);
    }
  }

  /** What has ended may still run if its drone died before it had made an end of it. */
  #condemned(): Iterable<BackendId> {
    const late = overdue(this.#list, readBootClock(this.#deps.bootClock));
    return this.#droneIsGone ? new Set([...late, ...this.#ended]) : late;
  }

  #read(): WatchList | undefined {
    const { reader, log } = this.#deps;
    try {
      const { owner, deadlines, ended } = reader.read(this.#list.keys());
      this.#ended = ended;
      this.#owner = owner ?? this.#owner;
      if (!this.#isReadable) log.info("journal can be read again");
      this.#isReadable = true;
      return deadlines;
    } catch (error) {
      if (this.#isReadable) log.warn({ err: error }, "journal cannot be read; what was read holds");
      this.#isReadable = false;
      return undefined;
    }
  }

  #forgetEnded(seen: WatchList): void {
    const left = [...this.#list].filter(([id]) => seen.has(id) || this.#still.get(id) !== "over");
    this.#list = new Map(left);
    for (const id of this.#still.keys()) if (!this.#list.has(id)) this.#still.delete(id);
  }

  async #kill(id: BackendId): Promise<void> {
    const { openKiller, log } = this.#deps;
    if (this.#owner === undefined) return;
    this.#killing.add(id);
    try {
      const left = await openKiller(this.#owner).kill(id, this.#list.get(id)?.handle);
      if (!this.#still.has(id))
        log.warn({ backendId: id, left }, "lease ran out; made an end of it");
      this.#still.set(id, left === "created" ? "created" : "over");
      this.#failing.delete(id);
    } catch (error) {
      if (!this.#failing.has(id)) log.error({ backendId: id, err: error }, "cannot end it yet");
      this.#failing.add(id);
    } finally {
      this.#killing.delete(id);
    }
  }
}
