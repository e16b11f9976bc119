import type { RefObject } from "preact";
import { Icon } from "./icon.tsx";
import "./search-field.css";

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onInput: (value: string) => void;
  /** Given to the field that the key / leads to. */
  inputRef?: RefObject<HTMLInputElement>;
}

/** Escape leaves it. */
export function SearchField({ label, placeholder, value, onInput, inputRef }: SearchFieldProps) {
  return (
    <label class="search">
      <Icon name="search" />
      <input
        ref={inputRef ?? null}
        class="input"
        type="search"
        placeholder={placeholder}
        aria-label={label}
        aria-keyshortcuts={inputRef === undefined ? undefined : "/"}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {inputRef !== undefined && <kbd>/</kbd>}
    </label>
  );
}
