import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { PHASES } from "../format/statuses.ts";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { ToneMark } from "../ui/status-chip.tsx";
import type { EventFilter } from "./event-list.ts";

interface EventFiltersProps {
  filter: Signal<EventFilter>;
  isPaused: Signal<boolean>;
  searchRef: RefObject<HTMLInputElement>;
}

const KINDS = [...PHASES, "failed"] as const;

export function EventFilters({ filter, isPaused, searchRef }: EventFiltersProps) {
  const { search, kind: chosen } = filter.value;
  const change = (changes: Partial<EventFilter>) => {
    filter.value = { ...filter.value, ...changes };
  };
  return (
    <search class="filters">
      <SearchField
        label="Search events"
        placeholder="Search key, id, drone, reason…"
        value={search}
        inputRef={searchRef}
        onInput={(value) => change({ search: value })}
      />
      <fieldset class="phase-toggles" aria-label="Status">
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="toggle"
            data-tone={kind}
            aria-pressed={chosen === kind}
            onClick={() => change({ kind: chosen === kind ? "all" : kind })}
          >
            <ToneMark tone={kind} />
            {kind}
          </button>
        ))}
      </fieldset>
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
    </search>
  );
}
