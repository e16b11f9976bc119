import type { Status } from "../protocol/backend-state.ts";
import { labelPairs, queryOf } from "./query.ts";

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

export function backendQuery(filter: BackendFilter, cursor: string | undefined): string {
  const { labels, status, ...single } = filter;
  return queryOf({ status, ...single, cursor, label: labelPairs(labels) });
}
