import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** Whether a media query holds, as long as it does. */
export function useMedia(query: string): boolean {
  const list = useMemo(() => matchMedia(query), [query]);
  const holds = useSignal(list.matches);
  useEffect(() => {
    const hear = () => {
      holds.value = list.matches;
    };
    list.addEventListener("change", hear);
    return () => list.removeEventListener("change", hear);
  }, [list, holds]);
  return holds.value;
}
