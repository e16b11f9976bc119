import { useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { formatClock, formatImage, formatMoment } from "../format/format.ts";
import { phaseOf, reasonText } from "../format/statuses.ts";
import { KeyText } from "../ui/key-text.tsx";
import { ToneChip } from "../ui/status-chip.tsx";
import { useMedia } from "../ui/use-media.ts";
import { useVirtual } from "../ui/virtual.ts";
import { isFailedEnd } from "./event-list.ts";

const ROW_HEIGHT = 34;
const CARD_HEIGHT = 60;

/** Only the events in sight exist on the page. */
export function EventTable({ events }: { events: readonly BackendEvent[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia("(max-width: 719px)");
  const rowHeight = isNarrow ? CARD_HEIGHT : ROW_HEIGHT;
  const virtual = useVirtual({ count: events.length, scroller, rowHeight });
  return (
    <div
      ref={scroller}
      class="panel long-list"
      role="table"
      aria-label="Events"
      aria-rowcount={events.length}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
    >
      <div role="rowgroup" class="list-rows" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          return (
            event !== undefined && (
              <EventRow key={event.cursor} event={event} rowIndex={index + 1} top={start} />
            )
          );
        })}
      </div>
    </div>
  );
}

function EventRow({
  event,
  rowIndex,
  top,
}: {
  event: BackendEvent;
  rowIndex: number;
  top: number;
}) {
  const { at, status, key, backend_id, drone, termination_reason } = event;
  return (
    <div
      role="row"
      class="event-row"
      aria-rowindex={rowIndex}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" class="event-time mono">
        <time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
          {formatClock(at)}
        </time>
      </div>
      <div role="cell" class="event-status">
        <ToneChip tone={isFailedEnd(event) ? "failed" : phaseOf(status)}>{status}</ToneChip>
      </div>
      <div role="cell" class="event-key">
        <Link href={`/backends/${backend_id}`} class="key-link">
          <KeyText value={key} />
        </Link>
      </div>
      <div role="cell" class="event-why ellipsis muted">
        {termination_reason === undefined
          ? formatImage(event.image)
          : whyText(event, termination_reason)}
      </div>
      <div role="cell" class="event-drone ellipsis muted">
        {drone}
      </div>
      <div role="cell" class="event-id mono muted">
        {backend_id}
      </div>
    </div>
  );
}

function whyText(
  { exit_code, message }: BackendEvent,
  reason: NonNullable<BackendEvent["termination_reason"]>,
): string {
  const code = exit_code === undefined ? "" : `, exit code ${exit_code}`;
  return `${reasonText(reason)}${code}${message === undefined ? "" : `: ${message}`}`;
}
