import type { ComponentChildren } from "preact";
import type { Loaded } from "../api/use-load.ts";
import { Failed, Loading } from "./states.tsx";

interface LoadedPanelProps<T> {
  what: string;
  loaded: Loaded<T>;
  children: (value: T) => ComponentChildren;
}

/** What was loaded, or that it is not there yet, or why it cannot be. */
export function LoadedPanel<T>({ what, loaded, children }: LoadedPanelProps<T>) {
  const { value, error, reload } = loaded;
  return (
    <div class="panel table-scroll">
      {value.value !== undefined ? (
        children(value.value)
      ) : error.value !== undefined ? (
        <Failed error={error.value} onRetry={reload} />
      ) : (
        <Loading what={what} />
      )}
    </div>
  );
}
