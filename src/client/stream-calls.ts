import type { Status } from "../protocol/backend-state.ts";
import type { BackendEvent, EventList } from "../protocol/event.ts";
import type { LogLine } from "../protocol/log-line.ts";
import type { BackendMetrics, MetricsList } from "../protocol/metrics.ts";
import type { Api, CallOptions } from "./api.ts";
import { backendPath } from "./backend-path.ts";
import { type FollowOptions, followEvents } from "./follow-events.ts";
import { labelPairs, queryOf } from "./query.ts";

export interface LogOptions extends FollowOptions {
  /** Go on until the backend has ended; waits for one that has not started. Default: false. */
  follow?: boolean | undefined;
  /** The last so many lines. Default: all. */
  tail?: number | undefined;
  /** Epoch ms by the drone's clock, or how long ago: `90s`, `5m`, `2h`, `1d`. */
  since?: number | string | undefined;
  /** Default: both, unless only one is asked for. */
  stdout?: boolean | undefined;
  stderr?: boolean | undefined;
  /** Called first if the container is gone, and only the last lines of a failure are left. */
  onLastLines?: (() => void) | undefined;
}

export interface MetricsStreamOptions extends FollowOptions {
  /** At least 0.5. Default: 2. */
  intervalSeconds?: number | undefined;
}

/** All that are given must hold; of several statuses, one. */
export interface EventFilter {
  backendId?: string | undefined;
  key?: string | undefined;
  namespace?: string | undefined;
  status?: readonly Status[] | undefined;
  drone?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  /** Go on after this one. */
  cursor?: string | undefined;
  /** The newest so many, in place of a cursor; at most 1,000. */
  tail?: number | undefined;
  /** Events an answer; a stream has no limit. Default: 100. */
  limit?: number | undefined;
}

export interface StreamCalls {
  /** What a backend has printed, line by line. A broken connection is made anew, after the last line. */
  logs(id: string, options?: LogOptions): AsyncIterable<LogLine>;
  /** What it uses now. */
  metrics(id: string, options?: CallOptions): Promise<BackendMetrics>;
  /** What it uses, at each interval until it has ended. */
  metricsStream(id: string, options?: MetricsStreamOptions): AsyncIterable<BackendMetrics>;
  /** Of all running backends at once. */
  listMetrics(
    filter?: {
      namespace?: string | undefined;
      drone?: string | undefined;
      limit?: number | undefined;
    },
    options?: CallOptions,
  ): Promise<BackendMetrics[]>;
  /** State changes of all backends, oldest first; `next_cursor` asks for what comes after them. */
  listEvents(filter?: EventFilter, options?: CallOptions): Promise<EventList>;
  /**
   * The newest events that `tail` asks for, and each new one as it comes, or all after a cursor; none is
   * left out or told twice, whatever happens to the connection. Never ends by itself.
   */
  events(filter?: EventFilter, options?: FollowOptions): AsyncIterable<BackendEvent>;
}

export function streamCalls(api: Api): StreamCalls {
  const listEvents: StreamCalls["listEvents"] = (filter = {}, options) =>
    api.get(`/v1/events${eventQuery(filter)}`, options);
  return {
    logs: (id, { follow, tail, since, stdout, stderr, onLastLines, ...options } = {}) => {
      const query = queryOf({ follow, tail, since, stdout, stderr });
      return untilEnd(api, `${backendPath(id)}/logs${query}`, options, onLastLines);
    },
    metrics: (id, options) => api.get(`${backendPath(id)}/metrics`, options),
    metricsStream: (id, { intervalSeconds, ...options } = {}) => {
      const query = queryOf({ interval_seconds: intervalSeconds });
      return untilEnd(api, `${backendPath(id)}/metrics/stream${query}`, options);
    },
    listMetrics: async (filter = {}, options) =>
      (await api.get<MetricsList>(`/v1/metrics${queryOf(filter)}`, options)).metrics,
    listEvents,
    events: async function* ({ cursor, tail, limit: _, ...filter } = {}, options = {}) {
      let lastEventId = cursor;
      if (lastEventId === undefined) {
        // From here on nothing is left out, even if the first connection breaks before the first event.
        const page = await listEvents({ ...filter, tail: tail ?? 0 }, options);
        yield* page.events;
        lastEventId = page.next_cursor;
      }
      const path = `/v1/events${eventQuery(filter)}`;
      for await (const { data } of followEvents(api, path, options, lastEventId)) {
        yield JSON.parse(data);
      }
    },
  };
}

/** What stands in the events up to the last, which is named `end`; others with a name tell of the stream itself. */
async function* untilEnd<T>(
  api: Api,
  path: string,
  options: FollowOptions,
  onLastLines?: () => void,
): AsyncGenerator<T> {
  for await (const { event, data } of followEvents(api, path, options)) {
    if (event === "end") return;
    if (event === "last-lines") onLastLines?.();
    else yield JSON.parse(data);
  }
}

function eventQuery({ labels, status, backendId, ...single }: EventFilter): string {
  return queryOf({ ...single, backend_id: backendId, status, label: labelPairs(labels) });
}
