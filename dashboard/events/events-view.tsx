import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount } from "../format/format.ts";
import { PHASES } from "../format/statuses.ts";
import { Icon } from "../ui/icon.tsx";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { ToneMark } from "../ui/status-chip.tsx";
import { type EventFilter, filterEvents, mergeEvents } from "./event-list.ts";
import { EventTable } from "./event-table.tsx";
import "./events.css";

const KEEP = 5_000;
const TAIL = "500";
const KINDS = [...PHASES, "failed"] as const;

export function EventsView() {
  useTitle("Events");
  const search = useRef<HTMLInputElement>(null);
  const filter = useSignal<EventFilter>({ search: "", kind: "all" });
  const isPaused = useSignal(false);
  const { events, error, retry } = useEvents(isPaused.value);
  const shown = useMemo(() => filterEvents(events ?? [], filter.value), [events, filter.value]);
  const change = (changes: Partial<EventFilter>) => {
    filter.value = { ...filter.value, ...changes };
  };
  useShortcuts({ search: () => search.current?.select() });
  return (
    <div class="view filled">
      <div class="view-head">
        <h1>Events</h1>
        <p class="muted">{events !== undefined && `the newest ${formatCount(shown.length)}`}</p>
      </div>
      <search class="filters">
        <label class="search">
          <Icon name="search" />
          <input
            ref={search}
            class="input"
            type="search"
            placeholder="Search key, id, drone, reason…"
            aria-label="Search events"
            aria-keyshortcuts="/"
            value={filter.value.search}
            onInput={(event) => change({ search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
            }}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <fieldset class="phase-toggles" aria-label="Status">
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              class="toggle"
              data-tone={kind}
              aria-pressed={filter.value.kind === kind}
              onClick={() => change({ kind: filter.value.kind === kind ? "all" : kind })}
            >
              <ToneMark tone={kind} />
              {kind}
            </button>
          ))}
        </fieldset>
        <button type="button" class="button" onClick={() => (isPaused.value = !isPaused.value)}>
          <Icon name={isPaused.value ? "play" : "pause"} size={14} />
          {isPaused.value ? "Resume" : "Pause"}
        </button>
      </search>
      {shown.length > 0 ? (
        <EventTable events={shown} />
      ) : (
        <div class="panel backends-empty">
          {error !== undefined ? (
            <Failed error={error} onRetry={retry} />
          ) : events === undefined ? (
            <Loading what="events" lines={10} />
          ) : (
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

/** The newest events, and each that comes, newest first. What comes during a pause is shown after it. */
function useEvents(isPaused: boolean) {
  const { api, live } = useDashboard();
  const events = useSignal<readonly BackendEvent[] | undefined>(undefined);
  const waiting = useRef<readonly BackendEvent[]>([]);
  const error = useSignal<Error | undefined>(undefined);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const take = (arrived: readonly BackendEvent[]) => {
    const all = mergeEvents(waiting.current, arrived.toReversed(), KEEP);
    waiting.current = paused.current ? all : [];
    if (!paused.current) events.value = mergeEvents(events.value ?? [], all, KEEP);
  };
  const load = async () => {
    try {
      error.value = undefined;
      const { events: newest } = await api.events({ tail: TAIL });
      events.value = mergeEvents(newest.toReversed(), events.value?.toReversed() ?? [], KEEP);
    } catch (problem) {
      error.value = problem as Error;
    }
  };
  useEffect(() => {
    const forget = live.listen(take);
    void load();
    return forget;
  }, [api, live]);
  useEffect(() => {
    if (!isPaused) take([]);
  }, [isPaused]);
  return { events: events.value, error: error.value, retry: () => void load() };
}
