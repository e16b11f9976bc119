import { useEffect, useRef } from "preact/hooks";
import { type KeyPress, type Shortcut, shortcutOf } from "./shortcuts.ts";

type Handlers = Partial<Record<Shortcut, () => void>>;

/** While the component is there, these keys do that, wherever on the page the keyboard is. */
export function useShortcuts(handlers: Handlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const { key } = event;
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      const shortcut = shortcutOf({ key, hasModifier, where: whereIs(event.target) });
      const act = shortcut === undefined ? undefined : latest.current[shortcut];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function whereIs(target: EventTarget | null): KeyPress["where"] {
  if (document.querySelector("dialog[open]") !== null) return "dialog";
  if (!(target instanceof HTMLElement)) return "page";
  if (target.matches("textarea, select, input, [contenteditable]")) return "text";
  return target.matches("a, button, summary") ? "control" : "page";
}
