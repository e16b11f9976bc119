import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
} from "react";
import { SessionBackend, type SessionBackendOptions } from "../browser/session-backend.ts";
import type { BrowserSession } from "../client/browser-session.ts";

/** Null outside of a SessionBackendProvider. */
export const SessionBackendContext = createContext<SessionBackend | null>(null);

export interface SessionBackendProviderProps {
  /** A connect's answer, by `forBrowser`. Another backend or token makes another SessionBackend, an equal one does not. */
  connectResponse: BrowserSession;
  /** As they are at the first rendering. */
  options?: Omit<SessionBackendOptions, "follow"> | undefined;
  children?: ReactNode;
}

/** Follows one backend for as long as it is mounted, for all hooks below it. Renders on servers too, where it follows nothing. */
export function SessionBackendProvider(props: SessionBackendProviderProps): ReactNode {
  const { connectResponse, options, children } = props;
  const { url, status_url } = connectResponse;
  // Rendering only makes it: React may render in vain, and twice in StrictMode. What is mounted follows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the two addresses are what makes it another backend.
  const backend = useMemo(
    () => new SessionBackend(connectResponse, { ...options, follow: false }),
    [url, status_url],
  );
  useEffect(() => {
    backend.follow();
    return () => backend.unfollow();
  }, [backend]);
  return createElement(SessionBackendContext.Provider, { value: backend }, children);
}

/** The backend of the SessionBackendProvider around. */
export function useSessionBackend(): SessionBackend {
  const backend = useContext(SessionBackendContext);
  if (backend !== null) return backend;
  throw new Error("there is no SessionBackendProvider around this component");
}
