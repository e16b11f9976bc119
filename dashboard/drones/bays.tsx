import { plural } from "../format/format.ts";
import { Meter } from "../ui/meter.tsx";

/** More bays than this are no picture any more. */
const MOST_BAYS = 60;

/** A drone's room: one bay for each backend that it may have, the taken ones filled. */
export function Bays({ live, max }: { live: number; max: number | null }) {
  const text = max === null ? plural(live, "live backend") : `${live} of ${plural(max, "backend")}`;
  if (max === null || max > MOST_BAYS) {
    return max === null ? (
      <p class="bays-text">
        <strong>{live}</strong> live, no limit
      </p>
    ) : (
      <Meter label="Backends" text={text} share={live / max} />
    );
  }
  return (
    <div class="bays-frame">
      <p class="bays-text">
        <strong>{live}</strong> of {plural(max, "backend")}
      </p>
      <div class="bays" role="img" aria-label={text}>
        {Array.from({ length: max }, (_, index) => index).map((bay) => (
          <span key={bay} class="bay" data-taken={bay < live || undefined} />
        ))}
      </div>
    </div>
  );
}
