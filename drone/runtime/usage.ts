import type { BackendId } from "../../src/protocol/ids.ts";
import type { UsageItem } from "../../src/protocol/stream-messages.ts";

/** What an instance has used up to one moment. What its runtime cannot tell is null. */
export type Usage = Omit<UsageItem, "backend_id" | "cpu"> & {
  /** CPU time since its start. */
  cpuSeconds: number | null;
};

/** Usage as others read it: CPU as cores in use between the two moments. */
export function usageItem(id: BackendId, before: Usage | undefined, now: Usage): UsageItem {
  const { cpuSeconds, ...rest } = now;
  return {
    ...rest,
    at: Math.round(now.at),
    backend_id: id,
    cpu: before ? coresBetween(before, now) : null,
  };
}

function coresBetween(before: Usage, now: Usage): number | null {
  if (before.cpuSeconds === null || now.cpuSeconds === null) return null;
  const seconds = (now.at - before.at) / 1_000;
  const used = now.cpuSeconds - before.cpuSeconds;
  return seconds <= 0 || used < 0 ? null : used / seconds;
}
