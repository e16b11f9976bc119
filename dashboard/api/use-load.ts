import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";

export interface Loaded<T> {
  readonly value: Signal<T | undefined>;
  /** Of the last try; what was loaded before stays. */
  readonly error: Signal<Error | undefined>;
  readonly reload: () => void;
}

/** Loads now, when `inputs` change, and every `everyMs` while the page is seen. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  everyMs?: number,
): Loaded<T> {
  const value = useSignal<T | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const latest = useRef(load);
  latest.current = load;
  const run = useRef<AbortController>(new AbortController());

  const reload = useCallback(() => {
    run.current.abort();
    const current = new AbortController();
    run.current = current;
    latest.current(current.signal).then(
      (loaded) => {
        if (current.signal.aborted) return;
        value.value = loaded;
        error.value = undefined;
      },
      (cause: unknown) => {
        if (!current.signal.aborted) error.value = cause as Error;
      },
    );
  }, [value, error]);

  useEffect(() => {
    value.value = undefined;
    reload();
    const timer = everyMs === undefined ? undefined : setInterval(ifSeen(reload), everyMs);
    return () => {
      clearInterval(timer);
      run.current.abort();
    };
  }, [...inputs, everyMs]);

  return { value, error, reload };
}

function ifSeen(act: () => void): () => void {
  return () => {
    if (document.visibilityState === "visible") act();
  };
}
