import { CopyButton } from "./copy-button.tsx";
import "./command.css";

/** A command for a terminal, to be copied. */
export function Command({ text, label = "Copy the command" }: { text: string; label?: string }) {
  return (
    <div class="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <pre tabIndex={0} role="region" aria-label="Command">
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
