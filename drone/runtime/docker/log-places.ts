/** Of epoch nanoseconds, until the year 2286. */
const NANOS_DIGITS = 19;

/** A line's place: the latest time stamp so far, and how many lines have had it by then. */
export class LogPlaces {
  #at: string;
  #count: number;
  /** Lines that were read before, and come again as the Engine begins with a time stamp. */
  #again: number;

  constructor(after?: string) {
    const [at = "", count = "0"] = after?.split(".") ?? [];
    // Compared as text: a place that the Engine never gave may be shorter than its time stamps.
    this.#at = at.padStart(NANOS_DIGITS, "0");
    this.#count = 0;
    this.#again = Number(count);
  }

  /** Undefined for a line that was read before. */
  next(at: string): string | undefined {
    // Of the two streams one may overtake the other by a little: places never go back.
    if (at > this.#at) {
      this.#at = at;
      this.#count = 0;
      this.#again = 0;
    }
    this.#count += 1;
    return this.#count <= this.#again ? undefined : `${this.#at}.${this.#count}`;
  }
}

/** As the Engine's `since` takes it: `<seconds>.<nanoseconds>`. */
export function sinceOf(place: string): string {
  const at = (place.split(".")[0] ?? "").padStart(NANOS_DIGITS, "0");
  return `${at.slice(0, -9)}.${at.slice(-9)}`;
}
