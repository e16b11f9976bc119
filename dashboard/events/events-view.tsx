import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount } from "../format/format.ts";
import { PHASES } from "../format/statuses.ts";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { ToneToggles } from "../ui/tone-toggles.tsx";
import { type EventFilter, filterEvents } from "./event-list.ts";
import { EventTable } from "./event-table.tsx";
import { useEvents } from "./use-events.ts";
import "./events.css";

const KINDS = [...PHASES, "failed"] as const;

export function EventsView() {
  useTitle("Events");
  const search = useRef<HTMLInputElement>(null);
  const filter = useSignal<EventFilter>({ search: "", kind: "all" });
  const change = (changes: Partial<EventFilter>) => {
    filter.value = { ...filter.value, ...changes };
  };
  const isPaused = useSignal(false);
  const { events, error, retry } = useEvents(isPaused.value);
  const shown = useMemo(() => filterEvents(events ?? [], filter.value), [events, filter.value]);
  useShortcuts({ search: () => search.current?.select() });
  return (
    <div class="view filled">
      <div class="view-head">
        <h1>Events</h1>
        <p class="muted">{events !== undefined && `the newest ${formatCount(shown.length)}`}</p>
        <SearchField
          label="Search events"
          placeholder="Search key, id, drone, reason…"
          value={filter.value.search}
          inputRef={search}
          onInput={(text) => change({ search: text })}
        />
        <PauseButton isPaused={isPaused} />
      </div>
      <div class="filters">
        <ToneToggles
          label="Status"
          tones={KINDS}
          isPressed={(kind) => kind === filter.value.kind}
          onToggle={(kind) => change({ kind: kind === filter.value.kind ? "all" : kind })}
        />
      </div>
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

function PauseButton({ isPaused }: { isPaused: Signal<boolean> }) {
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        isPaused.value = !isPaused.value;
      }}
    >
      <Icon name={isPaused.value ? "play" : "pause"} size={14} />
      {isPaused.value ? "Resume" : "Pause"}
    </button>
  );
}
