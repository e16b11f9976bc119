import { useDashboard } from "../app/dashboard.ts";
import { formatAge, formatMoment } from "../format/format.ts";
import { second } from "./now.ts";

/** How long ago, kept up to date. */
export function Age({ at }: { at: number }) {
  const { api } = useDashboard();
  second.value;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
      {formatAge(api.clock.now() - at)}
    </time>
  );
}
