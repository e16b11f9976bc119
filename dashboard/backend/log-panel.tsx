import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { StreamState } from "../api/follow-stream.ts";
import { plural } from "../format/format.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { filterLines, type NumberedLine, type Streams } from "./log-buffer.ts";
import { LogLines } from "./log-lines.tsx";
import { useLogs } from "./use-logs.ts";
import "./logs.css";

const STREAMS: readonly Streams[] = ["both", "stdout", "stderr"];

const STATE_TEXTS: Record<StreamState, string> = {
  connecting: "connecting…",
  live: "live",
  reconnecting: "reconnecting…",
  ended: "complete",
  refused: "gone",
};

export function LogPanel({ id, isOver }: { id: string; isOver: boolean }) {
  const { buffer, version, state: told } = useLogs(id);
  const state = shownState(told.value, isOver && buffer.lines.length > 0);
  const search = useSignal("");
  const streams = useSignal<Streams>("both");
  const isWrapped = useSignal(true);
  /** What stood there when somebody pressed pause. */
  const frozen = useSignal<readonly NumberedLine[] | undefined>(undefined);
  const lines = frozen.value ?? buffer.lines;
  const shown = useMemo(
    () => filterLines(lines, search.value, streams.value),
    [lines, version.value, search.value, streams.value],
  );
  const missed =
    frozen.value === undefined
      ? 0
      : (buffer.lines.at(-1)?.number ?? 0) - (frozen.value.at(-1)?.number ?? 0);
  const asText = () => shown.map(({ plain }) => plain).join("\n");
  return (
    <section class="panel logs" aria-label="Logs">
      <div class="panel-head">
        <h2>Logs</h2>
        <span class="muted log-state">{STATE_TEXTS[state]}</span>
        <SearchField
          label="Search the logs"
          placeholder="Search the logs"
          value={search.value}
          onInput={(value) => {
            search.value = value;
          }}
        />
        <fieldset class="segmented" aria-label="Stream">
          {STREAMS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={streams.value === each}
              onClick={() => (streams.value = each)}
            >
              {each}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          class="icon-button"
          aria-pressed={isWrapped.value}
          aria-label="Wrap lines"
          title="Wrap lines"
          onClick={() => (isWrapped.value = !isWrapped.value)}
        >
          <Icon name="wrap" />
        </button>
        <CopyButton text={asText} label="Copy what is shown" />
        <button
          type="button"
          class="button small"
          onClick={() => {
            frozen.value = frozen.value === undefined ? [...buffer.lines] : undefined;
          }}
        >
          <Icon name={frozen.value === undefined ? "pause" : "play"} size={14} />
          {frozen.value === undefined ? "Pause" : missed > 0 ? `Resume, ${missed} new` : "Resume"}
        </button>
      </div>
      {shown.length === 0 ? (
        <p class="panel-body muted log-empty">
          {lines.length > 0 ? `None of ${plural(lines.length, "line")} fits.` : emptyText(state)}
        </p>
      ) : (
        <LogLines
          lines={shown}
          search={search.value}
          isWrapped={isWrapped.value}
          isFollowing={frozen.value === undefined}
        />
      )}
    </section>
  );
}

/** A backend that has ended may be cleared away before the stream is asked for its last lines again. */
function shownState(told: StreamState, hasAll: boolean): StreamState {
  return told === "refused" && hasAll ? "ended" : told;
}

function emptyText(state: StreamState): string {
  if (state === "refused") return "There is no log of it any more.";
  return state === "ended" ? "It has written nothing." : "It has written nothing yet.";
}
