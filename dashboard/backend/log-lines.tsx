import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { formatClock } from "../format/format.ts";
import { Icon } from "../ui/icon.tsx";
import { useVirtual } from "../ui/virtual.ts";
import type { NumberedLine } from "./log-buffer.ts";
import { markRuns, readRuns } from "./terminal-text.ts";

interface LogLinesProps {
  lines: readonly NumberedLine[];
  search: string;
  isWrapped: boolean;
  /** Stays at the end while somebody looks at the end. */
  isFollowing: boolean;
}

const LINE_HEIGHT = 19;
const AT_END_PX = 30;

export function LogLines({ lines, search, isWrapped, isFollowing }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  // As of a runtime that keeps none, and of a backend's last lines.
  const isTimeless = lines.every(({ at }) => at === null);
  const virtual = useVirtual({
    count: lines.length,
    scroller,
    rowHeight: LINE_HEIGHT,
    overscan: 20,
  });
  const toEnd = () => virtual.scrollToIndex(lines.length - 1, { align: "end" });
  useLayoutEffect(() => {
    if (isFollowing && isAtEnd.peek()) toEnd();
  }, [lines, isFollowing]);
  useEffect(() => virtual.measure(), [isWrapped]);
  const onScroll = () => {
    const { scrollHeight, scrollTop, clientHeight } = scroller.current ?? document.body;
    isAtEnd.value = scrollHeight - scrollTop - clientHeight < AT_END_PX;
  };
  return (
    <div class="log-frame">
      <div
        ref={scroller}
        class="log-lines"
        data-wrap={isWrapped || undefined}
        data-timeless={isTimeless || undefined}
        role="log"
        aria-live="off"
        aria-label="Log lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        <div class="log-inner" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index];
            return (
              line !== undefined && (
                <div
                  key={key}
                  ref={isWrapped ? virtual.measureElement : null}
                  data-index={index}
                  class="log-line"
                  data-stream={line.stream}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  {!isTimeless && (
                    <time class="log-time">{line.at === null ? "" : formatClock(line.at)}</time>
                  )}
                  <span class="log-stream">{line.stream === "stderr" ? "err" : "out"}</span>
                  <span class="log-text">{textOf(line, search)}</span>
                </div>
              )
            );
          })}
        </div>
      </div>
      {!isAtEnd.value && (
        <button type="button" class="button small to-end" onClick={toEnd}>
          <Icon name="down" size={14} /> To the end
        </button>
      )}
    </div>
  );
}

/** In the colours that it was written in; what was searched for stands out. */
function textOf({ text }: NumberedLine, search: string) {
  let at = 0;
  return markRuns(readRuns(text), search).map(({ text: part, look, isFound }) => {
    at += part.length;
    if (isFound) return <mark key={at}>{part}</mark>;
    return look === "" ? (
      part
    ) : (
      <span key={at} class={look}>
        {part}
      </span>
    );
  });
}
