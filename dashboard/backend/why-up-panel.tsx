import { useDashboard } from "../app/dashboard.ts";
import { formatCountdown, plural } from "../format/format.ts";
import { second } from "../ui/now.ts";
import type { BackendNow } from "./use-backend.ts";
import { endSentence, whyUp } from "./why-up.ts";

/** What keeps it up, and when it will go, in words. */
export function WhyUpPanel({ now: { backend, idleness, clockMs } }: { now: BackendNow }) {
  const { api } = useDashboard();
  second.value;
  const why = whyUp(idleness, api.clock.now() + clockMs);
  return (
    <section class="panel" aria-label="Why it is up">
      <div class="panel-head">
        <h2>Why it is up</h2>
        <p class="muted">{plural(backend.open_connections, "open connection")}</p>
      </div>
      <div class="panel-body why-up">
        {why.end !== undefined && why.end.leftMs > 0 && (
          <p class="countdown" role="timer">
            {formatCountdown(why.end.leftMs)}
            <span class="muted"> until it goes</span>
          </p>
        )}
        {why.holders.length > 0 && (
          <ul class="holders">
            {why.holders.map((holder) => (
              <li key={holder.replace(/\d+/g, "")}>{holder}</li>
            ))}
          </ul>
        )}
        <p>{endSentence(why, Date.now())}</p>
      </div>
    </section>
  );
}
