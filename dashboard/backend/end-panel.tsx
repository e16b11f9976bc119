import type { Termination } from "../../src/protocol/backend-state.ts";
import { isFailure, reasonText } from "../format/statuses.ts";
import { plainText } from "./terminal-text.ts";

/** Why it has ended, and what it said last. */
export function EndPanel({ termination }: { termination: Termination }) {
  const { reason, kind, exit_code, oom_killed, message, log_tail } = termination;
  return (
    <section
      class="panel end-panel"
      data-tone={isFailure(reason, exit_code) ? "failed" : "ended"}
      aria-label="Its end"
    >
      <div class="panel-head">
        <h2>It has ended: {reasonText(reason)}</h2>
      </div>
      <div class="panel-body stack">
        <dl class="facts">
          <dt>Reason</dt>
          <dd>
            <code>{reason}</code>
            {kind !== undefined && `, ${kind}`}
          </dd>
          {exit_code !== undefined && (
            <>
              <dt>Exit code</dt>
              <dd>
                {exit_code}
                {oom_killed === true && ", out of memory"}
              </dd>
            </>
          )}
          {message !== undefined && (
            <>
              <dt>Message</dt>
              <dd>{message}</dd>
            </>
          )}
        </dl>
        {log_tail !== undefined && log_tail.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
          <pre class="log-tail" role="region" tabIndex={0} aria-label="Its last log lines">
            {log_tail.map(plainText).join("\n")}
          </pre>
        )}
      </div>
    </section>
  );
}
