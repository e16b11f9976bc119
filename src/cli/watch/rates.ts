import type { BackendMetrics } from "../../protocol/metrics.ts";
import type { Rates } from "../render/render-top.ts";

type Total =
  | "network_received_bytes"
  | "network_sent_bytes"
  | "disk_read_bytes"
  | "disk_written_bytes";

/** Both ways together, since the sample before; null if that is not known, or counts anew. */
export function ratesOf(before: BackendMetrics | undefined, now: BackendMetrics): Rates {
  const total = (fields: readonly Total[]) => {
    const parts = fields.map((field) => perSecond(before, now, field));
    return parts.includes(null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  };
  return {
    net: total(["network_received_bytes", "network_sent_bytes"]),
    disk: total(["disk_read_bytes", "disk_written_bytes"]),
  };
}

function perSecond(
  before: BackendMetrics | undefined,
  now: BackendMetrics,
  field: Total,
): number | null {
  const [from, to] = [before?.[field] ?? null, now[field]];
  if (before === undefined || from === null || to === null) return null;
  const seconds = (now.at - before.at) / 1_000;
  return seconds > 0 && to >= from ? (to - from) / seconds : null;
}
