import type { TimelineEntry } from "../../src/protocol/backend.ts";
import { useDashboard } from "../app/dashboard.ts";
import { formatClock, formatDuration, formatMoment } from "../format/format.ts";
import { second } from "../ui/now.ts";
import { ToneMark } from "../ui/status-chip.tsx";
import { layOutTimeline, startMs, type TimelineStep } from "./timeline-layout.ts";
import { TimelinePicture } from "./timeline-picture.tsx";
import "./timeline.css";

interface TimelineProps {
  timeline: readonly TimelineEntry[];
  clockMs: number;
}

/** A backend's life: as a picture, and as a list that says the same exactly. */
export function TimelinePanel({ timeline, clockMs }: TimelineProps) {
  const { api } = useDashboard();
  second.value;
  const steps = layOutTimeline(timeline, api.clock.now() + clockMs);
  const start = startMs(timeline);
  return (
    <section class="panel timeline" aria-label="Timeline">
      <div class="panel-head">
        <h2>Timeline</h2>
        {start !== undefined && <p class="muted">ready after {formatDuration(start)}</p>}
      </div>
      <div class="timeline-body">
        <TimelinePicture steps={steps} />
        <ol class="timeline-steps">
          {steps.map((step) => (
            <Step key={step.status} step={step} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function Step({ step }: { step: TimelineStep }) {
  const { status, phase, at, durationMs, parts, isCurrent } = step;
  return (
    <li
      data-tone={phase}
      aria-current={isCurrent ? "step" : undefined}
      style={{ flexBasis: `${step.width * 100}%` }}
    >
      <span class="step-name">
        <ToneMark tone={phase} />
        {status}
      </span>
      <time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
        {formatClock(at)}
      </time>
      {status !== "terminated" && (
        <span class="step-duration">
          {isCurrent && "for "}
          {formatDuration(durationMs)}
        </span>
      )}
      {parts.map(({ name, ms }) => (
        <span key={name} class="muted">
          {name} {formatDuration(ms)}
        </span>
      ))}
    </li>
  );
}
