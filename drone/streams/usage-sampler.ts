import type { BackendId } from "../../src/protocol/ids.ts";
import type { UsageItem } from "../../src/protocol/stream-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Usage, usageItem } from "../runtime/usage.ts";

interface Kept {
  usage: Usage;
  readMs: number;
  item: UsageItem;
}

/** Between two readings, for CPU to mean something; a younger reading is not made anew. */
export const SHORTEST_MS = 400;
/** CPU since an older reading would say little of now. */
const LONGEST_MS = 15_000;
const FORGET_MS = 60_000;

/** What backends use, read once for all who ask at about the same time. */
export class UsageSampler {
  readonly #deps: { runtime: Pick<Runtime, "usage">; clock: Clock };
  readonly #kept = new Map<BackendId, Kept>();
  readonly #reading = new Map<BackendId, Promise<void>>();

  constructor(deps: { runtime: Pick<Runtime, "usage">; clock: Clock }) {
    this.#deps = deps;
  }

  /** Of those that run. Takes a moment where there is no reading yet that CPU can be told from. */
  async sample(ids: readonly BackendId[]): Promise<UsageItem[]> {
    const { clock } = this.#deps;
    this.#forgetOld();
    await this.#read(ids.filter((id) => this.#ageMs(id) >= SHORTEST_MS));
    const fresh = ids.filter((id) => this.#kept.get(id)?.item.cpu === null);
    if (fresh.length > 0) {
      await clock.sleep(SHORTEST_MS);
      await this.#read(fresh);
    }
    return ids.flatMap((id) =>
      this.#ageMs(id) > LONGEST_MS ? [] : (this.#kept.get(id)?.item ?? []),
    );
  }

  #ageMs(id: BackendId): number {
    const kept = this.#kept.get(id);
    return kept === undefined
      ? Number.POSITIVE_INFINITY
      : this.#deps.clock.monotonicMs() - kept.readMs;
  }

  /** Who is being read already is waited for. */
  async #read(ids: readonly BackendId[]): Promise<void> {
    const own = ids.filter((id) => !this.#reading.has(id));
    const others = ids.flatMap((id) => this.#reading.get(id) ?? []);
    if (own.length > 0) {
      const reading = this.#readNow(own).finally(() => {
        for (const id of own) this.#reading.delete(id);
      });
      for (const id of own) this.#reading.set(id, reading);
      others.push(reading);
    }
    await Promise.all(others);
  }

  async #readNow(ids: readonly BackendId[]): Promise<void> {
    const { runtime, clock } = this.#deps;
    const found = await runtime.usage(ids);
    const readMs = clock.monotonicMs();
    for (const id of ids) {
      const usage = found.get(id);
      const before = this.#kept.get(id);
      if (usage === undefined) {
        this.#kept.delete(id);
        continue;
      }
      const isRecent = before !== undefined && readMs - before.readMs <= LONGEST_MS;
      const item = usageItem(id, isRecent ? before.usage : undefined, usage);
      this.#kept.set(id, { usage, readMs, item });
    }
  }

  #forgetOld(): void {
    for (const id of this.#kept.keys()) if (this.#ageMs(id) > FORGET_MS) this.#kept.delete(id);
  }
}
