import { useCallback, useSyncExternalStore } from "react";
import type { PublicStatus } from "../protocol/backend.ts";
import { useSessionBackend } from "./session-backend-provider.ts";

/** The backend's latest status, with how far a pull is. Undefined: nothing has been heard yet. */
export function useStatus(): PublicStatus | undefined {
  const backend = useSessionBackend();
  return useSyncExternalStore(
    useCallback((onChange) => backend.onStatus(onChange), [backend]),
    () => backend.latestStatus,
    () => undefined,
  );
}

/** Whether the backend is ready now: false again once it is ending. */
export function useReady(): boolean {
  const backend = useSessionBackend();
  const isReady = () => backend.isReady();
  return useSyncExternalStore(
    useCallback((onChange) => backend.onStatus(onChange), [backend]),
    isReady,
    isReady,
  );
}
