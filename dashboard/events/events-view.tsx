import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount } from "../format/format.ts";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { EventFilters } from "./event-filters.tsx";
import { type EventFilter, filterEvents } from "./event-list.ts";
import { EventTable } from "./event-table.tsx";
import { useEvents } from "./use-events.ts";
import "./events.css";

export function EventsView() {
  useTitle("Events");
  const search = useRef<HTMLInputElement>(null);
  const filter = useSignal<EventFilter>({ search: "", kind: "all" });
  const isPaused = useSignal(false);
  const { events, error, retry } = useEvents(isPaused.value);
  const shown = useMemo(() => filterEvents(events ?? [], filter.value), [events, filter.value]);
  useShortcuts({ search: () => search.current?.select() });
  return (
    <div class="view filled">
      <div class="view-head">
        <h1>Events</h1>
        <p class="muted">{events !== undefined && `the newest ${formatCount(shown.length)}`}</p>
      </div>
      <EventFilters filter={filter} isPaused={isPaused} searchRef={search} />
      {shown.length > 0 ? (
        <EventTable events={shown} />
      ) : (
        <div class="panel list-empty">
          {error !== undefined && <Failed error={error} onRetry={retry} />}
          {error === undefined && events === undefined && <Loading what="events" lines={10} />}
          {error === undefined && events !== undefined && (
            <Empty
              icon="events"
              title={events.length === 0 ? "Nothing has happened yet" : "No event fits"}
            />
          )}
        </div>
      )}
    </div>
  );
}
