import { useEffect } from "preact/hooks";
import type { Backend, Idleness } from "../../src/protocol/backend.ts";
import { type Loaded, useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";

export interface BackendNow {
  readonly backend: Backend;
  readonly idleness: Idleness;
  /** The database's clock minus the controller's, as far as it is known. */
  readonly clockMs: number;
}

/** Connections and deadlines change without an event. */
const EVERY_MS = 5_000;

/** One backend, loaded anew with each of its events. */
export function useBackend(id: string): Loaded<BackendNow> {
  const { api, live } = useDashboard();
  const loaded = useLoad(
    async (signal) => {
      const [backend, idleness] = await Promise.all([
        api.client.getBackend(id, { signal }),
        api.client.idle(id, { signal }),
      ]);
      return { backend, idleness, clockMs: idleness.now - api.clock.now() };
    },
    [id],
    EVERY_MS,
  );
  useEffect(
    () =>
      live.listen((events) => {
        if (events.some(({ backend_id }) => backend_id === id)) loaded.reload();
      }),
    [live, id],
  );
  return loaded;
}
