import { useDashboard } from "../app/dashboard.ts";
import { formatAge, formatMoment } from "../format/format.ts";
import { second } from "./now.ts";

/** How long since, kept up to date. */
export function Age({ at }: { at: number }) {
  const { api } = useDashboard();
  second.value;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
      {formatAge(api.clock.now() - at)}
    </time>
  );
}

/** "4 m ago" */
export function Ago({ at }: { at: number }) {
  return (
    <span class="nowrap">
      <Age at={at} /> ago
    </span>
  );
}
