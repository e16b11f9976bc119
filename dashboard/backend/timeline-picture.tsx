import { formatDuration } from "../format/format.ts";
import type { TimelineStep } from "./timeline-layout.ts";

const WIDTH = 1_000;
const HEIGHT = 44;
const FLOOR = 40;
const GAP = 5;

/** Each status is a bay as wide as it was long, on a logarithmic scale; the one that it is in stands open. */
export function TimelinePicture({ steps }: { steps: readonly TimelineStep[] }) {
  const said = steps
    .map(({ status, durationMs, isCurrent }) =>
      status === "terminated"
        ? status
        : `${status} ${isCurrent ? "since " : ""}${formatDuration(durationMs)}`,
    )
    .join(", ");
  return (
    <svg
      class="timeline-picture"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Timeline: ${said}`}
    >
      {steps.map((step) => (
        <path
          key={step.status}
          data-tone={step.phase}
          data-current={step.isCurrent || undefined}
          d={bay(step.x * WIDTH, step.width * WIDTH - GAP)}
        />
      ))}
      <path class="floor" d={`M0 ${FLOOR + 2}H${WIDTH}`} />
    </svg>
  );
}

/** A hangar's outline: upright walls below an arched roof. */
function bay(x: number, width: number): string {
  const right = x + width;
  const eaves = 22;
  const bend = Math.min(width / 2, 60);
  return [
    `M${x} ${FLOOR}V${eaves}`,
    `C${x} 8 ${x + bend * 0.4} 4 ${x + bend} 4`,
    `H${right - bend}`,
    `C${right - bend * 0.4} 4 ${right} 8 ${right} ${eaves}`,
    `V${FLOOR}Z`,
  ].join("");
}
