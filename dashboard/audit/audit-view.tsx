import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import type { AuditEntry } from "../../src/protocol/audit.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatMoment } from "../format/format.ts";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import "./audit.css";

const PAGE = 100;

export function AuditView() {
  useTitle("Audit trail");
  const { entries, next, error, more } = useAudit();
  return (
    <div class="view">
      <div class="view-head">
        <h1>Audit trail</h1>
        <p class="muted">Who did what, newest first</p>
      </div>
      <div class="panel table-scroll">
        {entries.length > 0 ? (
          <AuditTable entries={entries} />
        ) : error !== undefined ? (
          <Failed error={error} onRetry={more} />
        ) : next === undefined ? (
          <Loading what="the audit trail" />
        ) : (
          <Empty icon="audit" title="Nobody has done anything yet" />
        )}
      </div>
      {typeof next === "string" && (
        <button type="button" class="button audit-more" onClick={more}>
          Show older ones
        </button>
      )}
    </div>
  );
}

/** Page after page, as they are asked for. `next` is undefined before the first, null after the last. */
function useAudit() {
  const { api } = useDashboard();
  const entries = useSignal<readonly AuditEntry[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const load = async () => {
    try {
      error.value = undefined;
      const page = await api.client.listAudit({ limit: PAGE }).page(next.value ?? undefined);
      entries.value = [...entries.value, ...page.entries];
      next.value = page.next_cursor;
    } catch (problem) {
      error.value = problem as Error;
    }
  };
  useEffect(() => void load(), [api]);
  return {
    entries: entries.value,
    next: next.value,
    error: error.value,
    more: () => void load(),
  };
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table class="plain-table stacks">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Key</th>
          <th scope="col">Did</th>
          <th scope="col">To</th>
          <th scope="col">Details</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.cursor}>
            <td data-label="When" class="nowrap">
              {formatMoment(entry.at)}
            </td>
            <th scope="row">{entry.key_name ?? "forward-auth"}</th>
            <td data-label="Did">
              <code>{entry.action}</code>
            </td>
            <td data-label="To">
              <Target entry={entry} />
            </td>
            <td data-label="Details" class="audit-details">
              <Details details={entry.details} />
            </td>
            <td data-label="From" class="mono muted">
              {entry.address}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Target({ entry: { action, target } }: { entry: AuditEntry }) {
  if (!action.startsWith("backend.")) return <code>{target}</code>;
  return (
    <Link href={`/backends/${target}`}>
      <code>{target}</code>
    </Link>
  );
}

function Details({ details }: { details: AuditEntry["details"] }) {
  return (
    <span class="tags">
      {Object.entries(details).map(([name, value]) => (
        <Fragment key={name}>
          <span class="tag">
            {name}={typeof value === "string" ? value : JSON.stringify(value)}
          </span>
        </Fragment>
      ))}
    </span>
  );
}
