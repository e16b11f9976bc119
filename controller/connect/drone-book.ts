import type { Clock } from "../../src/shared/clock.ts";
import type { DroneRecord } from "../store/fleet-store.ts";
import type { Store } from "../store/store.ts";

/** Good enough to choose by: whether there is room is decided by the statement that takes it. */
const MAX_AGE_MS = 1_000;
/** Good enough to refuse by, for who tries again about as soon. */
const PATIENT_AGE_MS = 200;

interface Page {
  drones: DroneRecord[];
  readMs: number;
}

/** What a placement reads of the drones, and tells of them. */
export interface DroneView {
  /** As they were a moment ago. */
  recent(): Promise<readonly DroneRecord[]>;
  /** As they are now; the same list as before if that is still true enough. */
  current(): Promise<readonly DroneRecord[]>;
  /** Counts what was just placed, so that the next choice sees it. */
  placed(name: string): void;
  /** What was read is not true any more: a drone that had room has none. */
  outdated(): void;
}

/** The drones as they were a moment ago, so that a burst of spawns does not read them all each time. */
export class DroneBook implements DroneView {
  readonly #store: Pick<Store, "listDrones">;
  readonly #clock: Clock;
  #page: Page | undefined;
  #reading: Promise<readonly DroneRecord[]> | undefined;

  constructor(store: Pick<Store, "listDrones">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  recent(): Promise<readonly DroneRecord[]> {
    return this.#noOlderThan(MAX_AGE_MS);
  }

  async current(): Promise<readonly DroneRecord[]> {
    const readMs = this.#clock.monotonicMs();
    const drones = await this.#store.listDrones();
    this.#page = { drones, readMs };
    return drones;
  }

  placed(name: string): void {
    const drone = this.#page?.drones.find((each) => each.name === name);
    if (drone !== undefined) drone.liveBackends += 1;
  }

  outdated(): void {
    this.#page = undefined;
  }

  /** For those who wait in line: so many of them at once read the drones once. */
  forThosePatient(): DroneView {
    const current = () => this.#noOlderThan(PATIENT_AGE_MS);
    return {
      recent: current,
      current,
      placed: (name) => this.placed(name),
      outdated: () => this.outdated(),
    };
  }

  async #noOlderThan(ageMs: number): Promise<readonly DroneRecord[]> {
    const page = this.#page;
    if (page !== undefined && this.#clock.monotonicMs() - page.readMs < ageMs) return page.drones;
    this.#reading ??= this.current().finally(() => {
      this.#reading = undefined;
    });
    return await this.#reading;
  }
}
