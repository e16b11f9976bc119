import type { BackendId } from "../../../../src/protocol/ids.ts";
import type { Clock } from "../../../../src/shared/clock.ts";
import { Output } from "./output.ts";

/** The outputs of all apps of a drone: one of each, whoever reads it. */
export class Outputs {
  readonly #clock: Pick<Clock, "now">;
  readonly #maxBytes: number | undefined;
  readonly #known = new Map<BackendId, Output>();

  constructor(clock: Pick<Clock, "now">, maxBytes: number | undefined) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  of(id: BackendId, folder: string): Output {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const output = new Output(folder, () => this.#clock.now(), this.#maxBytes);
    this.#known.set(id, output);
    return output;
  }

  /** The others were removed. */
  keepOnly(ids: ReadonlySet<BackendId>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }
}
