import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A browser has few connections for one host: a page that nobody looks at gives its streams' back. */
const UNSEEN_MS = 30_000;

/** False once the page has been hidden for a while. */
export function useSeen(): boolean {
  const isSeen = useSignal(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") isSeen.value = true;
      else timer = setTimeout(() => (isSeen.value = false), UNSEEN_MS);
    };
    document.addEventListener("visibilitychange", hear);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hear);
    };
  }, [isSeen]);
  return isSeen.value;
}
