import { type Signal, signal } from "@preact/signals";
import { Icon } from "./icon.tsx";
import "./notices.css";

interface Notice {
  readonly id: number;
  readonly tone: "ready" | "failed";
  readonly text: string;
}

const SHOWN_MS = 6_000;

/** What was done, or why it was not: said once, below, and to screen readers. */
export class Notices {
  readonly shown: Signal<readonly Notice[]> = signal([]);
  #count = 0;

  done(text: string): void {
    this.#add("ready", text);
  }

  failed(error: unknown): void {
    this.#add("failed", error instanceof Error ? error.message : String(error));
  }

  take(id: number): void {
    this.shown.value = this.shown.value.filter((notice) => notice.id !== id);
  }

  #add(tone: Notice["tone"], text: string): void {
    this.#count += 1;
    const id = this.#count;
    this.shown.value = [...this.shown.value.slice(-2), { id, tone, text }];
    setTimeout(() => this.take(id), SHOWN_MS);
  }
}

export function NoticeList({ notices }: { notices: Notices }) {
  return (
    <section class="notices" aria-label="Notices" aria-live="polite">
      {notices.shown.value.map(({ id, tone, text }) => (
        <p key={id} class="notice" data-tone={tone}>
          <Icon name={tone === "ready" ? "check" : "warning"} />
          <span>{text}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => notices.take(id)}
          >
            <Icon name="close" size={14} />
          </button>
        </p>
      ))}
    </section>
  );
}
