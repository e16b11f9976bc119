import type { Place } from "./doomed-process.ts";

/** Where clients and drones find the controller: one that is doomed, and after its death another. */
export interface Site {
  place(): Promise<Place>;
}

/** Does a thing again, with whichever controller lives, until it was answered. */
export async function persist<T>(site: Site, step: (place: Place) => Promise<T>): Promise<T> {
  for (;;) {
    const place = await site.place();
    try {
      return await step(place);
    } catch (error) {
      // What fetch throws if the other end is gone, at whatever moment.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}
