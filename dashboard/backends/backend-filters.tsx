import type { ReadonlySignal, Signal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { formatCount } from "../format/format.ts";
import { PHASES, type Phase } from "../format/statuses.ts";
import { SearchField } from "../ui/search-field.tsx";
import { ToneMark } from "../ui/status-chip.tsx";
import type { BackendQuery } from "./backend-query.ts";
import type { BackendRow } from "./backend-row.ts";
import { countFacets } from "./count-facets.ts";

interface FiltersProps {
  rows: ReadonlySignal<readonly BackendRow[]>;
  query: Signal<BackendQuery>;
  onChange: (changes: Partial<BackendQuery>) => void;
  searchRef: RefObject<HTMLInputElement>;
}

export function BackendFilters({ rows, query, onChange, searchRef }: FiltersProps) {
  const facets = useComputed(() => countFacets(rows.value));
  const { search, namespace, drone, label } = query.value;
  return (
    <search class="filters">
      <SearchField
        label="Search backends"
        placeholder="Search key, id, image, label…"
        value={search}
        inputRef={searchRef}
        onInput={(value) => onChange({ search: value })}
      />
      <PhaseToggles counts={facets.value.phases} query={query.value} onChange={onChange} />
      <Choice
        name="Namespace"
        values={facets.value.namespaces}
        chosen={namespace}
        onChoose={(value) => onChange({ namespace: value })}
      />
      <Choice
        name="Drone"
        values={facets.value.drones}
        chosen={drone}
        onChoose={(value) => onChange({ drone: value })}
      />
      <input
        class="input label-filter"
        list="known-labels"
        aria-label="Label"
        placeholder="name=value"
        value={label}
        onInput={(event) => onChange({ label: event.currentTarget.value })}
      />
      <datalist id="known-labels">
        {facets.value.labels.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </search>
  );
}

interface TogglesProps {
  counts: Readonly<Record<Phase, number>>;
  query: BackendQuery;
  onChange: (changes: Partial<BackendQuery>) => void;
}

function PhaseToggles({ counts, query: { phases }, onChange }: TogglesProps) {
  const toggle = (phase: Phase) =>
    phases.includes(phase) ? phases.filter((each) => each !== phase) : [...phases, phase];
  return (
    <fieldset class="phase-toggles" aria-label="Status">
      {PHASES.map((phase) => (
        <button
          key={phase}
          type="button"
          class="toggle"
          data-tone={phase}
          aria-pressed={phases.includes(phase)}
          onClick={() => onChange({ phases: toggle(phase) })}
        >
          <ToneMark tone={phase} />
          {phase}
          {/* Ended ones are only loaded once somebody wants to see them. */}
          {phase !== "ended" && <span class="count">{formatCount(counts[phase])}</span>}
        </button>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  values: readonly string[];
  chosen: string | undefined;
  onChoose: (value: string | undefined) => void;
}

function Choice({ name, values, chosen, onChoose }: ChoiceProps) {
  const all = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
  return (
    <select
      class="input"
      aria-label={name}
      value={chosen === undefined ? "*" : `=${chosen}`}
      onChange={({ currentTarget: { value } }) =>
        onChoose(value === "*" ? undefined : value.slice(1))
      }
    >
      <option value="*">Any {name.toLowerCase()}</option>
      {all.map((value) => (
        <option key={value} value={`=${value}`}>
          {value === "" ? "(none)" : value}
        </option>
      ))}
    </select>
  );
}
