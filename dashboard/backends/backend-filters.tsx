import type { ReadonlySignal, Signal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { PHASES, type Phase } from "../format/statuses.ts";
import { ToneToggles } from "../ui/tone-toggles.tsx";
import type { BackendQuery } from "./backend-query.ts";
import type { BackendRow } from "./backend-row.ts";
import { countFacets } from "./count-facets.ts";

interface FiltersProps {
  rows: ReadonlySignal<readonly BackendRow[]>;
  query: Signal<BackendQuery>;
  onChange: (changes: Partial<BackendQuery>) => void;
}

export function BackendFilters({ rows, query, onChange }: FiltersProps) {
  const facets = useComputed(() => countFacets(rows.value));
  const { namespace, drone, label, phases } = query.value;
  // Ended ones are only loaded once somebody wants to see them.
  const { ended: _, ...counts } = facets.value.phases;
  return (
    <search class="filters" aria-label="Filters">
      <ToneToggles
        label="Status"
        tones={PHASES}
        counts={counts}
        isPressed={(phase) => phases.includes(phase)}
        onToggle={(phase) => onChange({ phases: toggled(phases, phase) })}
      />
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

function toggled(phases: readonly Phase[], phase: Phase): readonly Phase[] {
  return phases.includes(phase) ? phases.filter((each) => each !== phase) : [...phases, phase];
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
