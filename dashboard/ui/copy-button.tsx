import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { copyText } from "./copy-text.ts";
import { Icon } from "./icon.tsx";

interface CopyButtonProps {
  /** What goes to the clipboard; a function for what is long. */
  text: string | (() => string);
  label: string;
  /** Shown beside the icon. Without it the label is for screen readers. */
  word?: string;
}

const SAID_MS = 1_500;

export function CopyButton({ text, label, word }: CopyButtonProps) {
  const isCopied = useSignal(false);
  useEffect(() => {
    if (!isCopied.value) return undefined;
    const timer = setTimeout(() => {
      isCopied.value = false;
    }, SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied.value]);
  const copy = async () => {
    isCopied.value = await copyText(typeof text === "string" ? text : text());
  };
  return (
    <button
      type="button"
      class={word === undefined ? "icon-button" : "button small"}
      aria-label={isCopied.value ? "Copied" : label}
      title={label}
      data-copied={isCopied.value || undefined}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
    >
      <Icon name={isCopied.value ? "check" : "copy"} size={14} />
      {word !== undefined && <span>{isCopied.value ? "Copied" : word}</span>}
    </button>
  );
}
