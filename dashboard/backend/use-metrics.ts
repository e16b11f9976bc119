import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import { followStream, type StreamState } from "../api/follow-stream.ts";
import { useSeen } from "../api/use-seen.ts";
import { useDashboard } from "../app/dashboard.ts";
import { addSample } from "./metric-series.ts";

const CHART_MS = 5 * 60_000;

export interface Metrics {
  readonly samples: Signal<readonly BackendMetrics[]>;
  readonly state: Signal<StreamState>;
}

/** What a backend uses, since somebody looks at it. */
export function useMetrics(id: string, isOver: boolean): Metrics {
  const { api } = useDashboard();
  const samples = useSignal<readonly BackendMetrics[]>([]);
  const state = useSignal<StreamState>("connecting");
  const isSeen = useSeen();
  useEffect(() => {
    if (!isSeen || isOver) return undefined;
    const stop = new AbortController();
    void followStream<BackendMetrics>(api, {
      path: `/v1/backends/${id}/metrics/stream`,
      signal: stop.signal,
      cursor: { after: undefined },
      hear: (sample) => {
        samples.value = addSample(samples.value, sample, CHART_MS);
      },
      tell: (told) => {
        state.value = told;
      },
    });
    return () => stop.abort();
  }, [api, id, isSeen, isOver]);
  return { samples, state };
}
