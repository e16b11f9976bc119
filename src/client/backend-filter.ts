import type { Status } from "../protocol/backend-state.ts";

/** All that are given must hold; of several statuses, one. */
export interface BackendFilter {
  status?: readonly Status[] | undefined;
  /** The name of the key. */
  key?: string | undefined;
  namespace?: string | undefined;
  drone?: string | undefined;
  cluster?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  /** Backends an answer, not in all: the iterator asks for more by itself. */
  limit?: number | undefined;
}

/** `?status=ready&status=waiting&label=team%3Dblue&cursor=…`, or nothing. */
export function toQuery(filter: BackendFilter, cursor: string | undefined): string {
  const { labels = {}, status = [], ...single } = filter;
  const query = new URLSearchParams();
  for (const each of status) query.append("status", each);
  for (const [name, value] of Object.entries({ ...single, cursor })) {
    if (value !== undefined) query.append(name, String(value));
  }
  for (const [name, value] of Object.entries(labels)) query.append("label", `${name}=${value}`);
  return query.size === 0 ? "" : `?${query}`;
}
