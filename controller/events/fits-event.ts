import type { EventFilter, EventRecord } from "../store/event-store.ts";

/** The store's own filter, for what was read once for everybody. */
export function fitsEvent(filter: EventFilter, event: EventRecord): boolean {
  const { statuses, namespace, keyName, id, drone, labels = {} } = filter;
  return (
    (statuses === undefined || statuses.includes(event.state.status)) &&
    (namespace === undefined || namespace === event.key.namespace) &&
    (keyName === undefined || keyName === event.key.name) &&
    (id === undefined || id === event.id) &&
    (drone === undefined || drone === event.drone) &&
    Object.entries(labels).every(([name, value]) => event.labels[name] === value)
  );
}
