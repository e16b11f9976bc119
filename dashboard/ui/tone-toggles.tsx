import { formatCount } from "../format/format.ts";
import { type Tone, ToneMark } from "./status-chip.tsx";

interface ToneTogglesProps<T extends Tone> {
  label: string;
  tones: readonly T[];
  /** Those without a count are shown without one. */
  counts?: Readonly<Partial<Record<T, number>>>;
  isPressed: (tone: T) => boolean;
  onToggle: (tone: T) => void;
}

/** A button for each tone that a list can be narrowed to. */
export function ToneToggles<T extends Tone>(props: ToneTogglesProps<T>) {
  const { label, tones, counts = {}, isPressed, onToggle } = props;
  return (
    <fieldset class="phase-toggles" aria-label={label}>
      {tones.map((tone) => (
        <button
          key={tone}
          type="button"
          class="toggle"
          data-tone={tone}
          aria-pressed={isPressed(tone)}
          onClick={() => onToggle(tone)}
        >
          <ToneMark tone={tone} />
          {tone}
          <Count value={(counts as Partial<Record<Tone, number>>)[tone]} />
        </button>
      ))}
    </fieldset>
  );
}

function Count({ value }: { value: number | undefined }) {
  return value === undefined ? null : <span class="count">{formatCount(value)}</span>;
}
