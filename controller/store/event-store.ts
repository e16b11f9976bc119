import type { BackendState, Status } from "../../src/protocol/backend-state.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Key } from "../../src/protocol/key.ts";

/** What has happened to all backends, in one order. */
export interface EventStore {
  /** Of what stands for good only: nothing that comes later has its place before the page's end. */
  listEvents(query: EventQuery): Promise<EventPage>;
}

/** All that are given must hold; of several statuses, one. */
export interface EventFilter {
  statuses?: readonly Status[];
  namespace?: string;
  keyName?: string;
  id?: BackendId;
  drone?: string;
  labels?: Readonly<Record<string, string>>;
}

export interface EventQuery extends EventFilter {
  /** Those after this place, or the newest so many. */
  from: { after: number } | { newest: number };
  limit: number;
}

export interface EventPage {
  /** Oldest first. */
  events: EventRecord[];
  /** Nothing that fits is left out up to this place. */
  reached: number;
  /** Of what stood up to this place some was deleted, with the rows of its backends. */
  forgotten: number;
  /** No event has, or had, a place after this one when the page was read. */
  last: number;
}

export interface EventRecord {
  seq: number;
  at: number;
  id: BackendId;
  key: Key;
  cluster: string;
  drone: string;
  image: string;
  labels: Readonly<Record<string, string>>;
  state: BackendState;
}
