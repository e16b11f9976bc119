import { setTimeout as delay } from "node:timers/promises";
import { HangarError } from "../../client/hangar-error.ts";
import type { BackendMetrics } from "../../protocol/metrics.ts";
import type { Context } from "../context.ts";
import { onKey } from "../on-key.ts";
import type { MetricsRow } from "../render/render-metrics.ts";
import { renderTop, SORT_KEYS, type TopRow, type TopSort } from "../render/render-top.ts";
import { openFullScreen } from "./full-screen.ts";
import { ratesOf } from "./rates.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const REFRESH_MS = 2_000;
const QUIT_KEYS = ["q", "\u0003"];

/** What is used, as long as somebody watches: q or Ctrl-C ends it, other keys sort it. */
export async function watchTop(
  { terminal: { out }, stop: stopped }: Context,
  look: (signal: AbortSignal) => Promise<MetricsRow[]>,
): Promise<void> {
  const quit = new AbortController();
  const stop = AbortSignal.any([stopped, quit.signal]);
  let rows: readonly TopRow[] = withRates([], await look(stop));
  let sort: TopSort = "cpu";
  let problem: string | undefined;
  using screen = openFullScreen(out.stream);
  const draw = () => {
    const { columns = 80, rows: lines = 24 } = out.stream;
    screen.draw(renderTop({ rows, sort, columns, lines, problem, now: Date.now() }, out.colors));
  };
  using _ = onKey((key) => {
    if (QUIT_KEYS.includes(key)) return quit.abort();
    sort = sortOf(key) ?? sort;
    draw();
  });
  out.stream.on("resize", draw);
  await untilInterrupted(stop, async () => {
    for (;;) {
      draw();
      await delay(REFRESH_MS, undefined, { signal: stop });
      try {
        rows = withRates(rows, await look(stop));
        problem = undefined;
      } catch (error) {
        if (!mayPass(error)) throw error;
        problem = error.message;
      }
    }
  });
  out.stream.off("resize", draw);
}

/** A controller that starts anew ends nothing. */
function mayPass(error: unknown): error is HangarError {
  return error instanceof HangarError && (error.status === undefined || error.status >= 500);
}

function sortOf(key: string): TopSort | undefined {
  return (SORT_KEYS as Readonly<Record<string, TopSort>>)[key];
}

/** Of a backend that was not measured anew since, the rates stay. */
function withRates(before: readonly TopRow[], now: readonly MetricsRow[]): TopRow[] {
  const known = new Map(before.map((row) => [row.metrics.backend_id, row]));
  return now.map((row) => {
    const last = known.get(row.metrics.backend_id);
    const isNew = last === undefined || row.metrics.at > last.metrics.at;
    return { ...row, rates: isNew ? ratesOf(metricsOf(last), row.metrics) : last.rates };
  });
}

function metricsOf(row: TopRow | undefined): BackendMetrics | undefined {
  return row?.metrics;
}
