import "./meter.css";

interface MeterProps {
  label: string;
  /** What is used of it, as people read it. */
  text: string;
  /** 0 to 1. */
  share: number;
}

const HIGH = 0.85;

export function Meter({ label, text, share }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div class="meter" data-high={share >= HIGH || undefined}>
      <span class="meter-label">{label}</span>
      <span class="meter-text">{text}</span>
      <span
        class="meter-track"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <span class="meter-fill" style={{ width: `${percent}%` }} />
      </span>
    </div>
  );
}
