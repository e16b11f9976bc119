import type { Clock } from "../../src/shared/clock.ts";
import type { DroneRecord, Store } from "../store/store.ts";

/** Good enough to choose by: whether there is room is decided by the statement that takes it. */
const MAX_AGE_MS = 1_000;

/** The drones as they were a moment ago, so that a burst of spawns does not read them all each time. */
export class DroneBook {
  readonly #store: Pick<Store, "listDrones">;
  readonly #clock: Clock;
  #page: { drones: DroneRecord[]; readMs: number } | undefined;
  #reading: Promise<DroneRecord[]> | undefined;

  constructor(store: Pick<Store, "listDrones">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async recent(): Promise<readonly DroneRecord[]> {
    const isRecent =
      this.#page !== undefined && this.#clock.monotonicMs() - this.#page.readMs < MAX_AGE_MS;
    if (isRecent && this.#page !== undefined) return this.#page.drones;
    this.#reading ??= this.current().finally(() => {
      this.#reading = undefined;
    });
    return await this.#reading;
  }

  /** As they are now. */
  async current(): Promise<DroneRecord[]> {
    const readMs = this.#clock.monotonicMs();
    const drones = await this.#store.listDrones();
    this.#page = { drones, readMs };
    return drones;
  }

  /** Counts what was just placed, so that the next choice sees it. */
  placed(name: string): void {
    const drone = this.#page?.drones.find((each) => each.name === name);
    if (drone !== undefined) drone.liveBackends += 1;
  }
}
