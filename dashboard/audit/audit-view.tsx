import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import type { AuditEntry } from "../../src/protocol/audit.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatMoment } from "../format/format.ts";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { Tags } from "../ui/tags.tsx";
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

const COLUMNS: readonly TableColumn<AuditEntry>[] = [
  { name: "When", class: "nowrap", cell: ({ at }) => formatMoment(at) },
  { name: "Key", kind: "row", class: "nowrap", cell: ({ key_name }) => key_name ?? "forward-auth" },
  { name: "Did", cell: ({ action }) => <code>{action}</code> },
  { name: "To", cell: (entry) => <Target entry={entry} /> },
  { name: "Details", class: "audit-details", cell: ({ details }) => <Details details={details} /> },
  { name: "From", class: "mono muted", cell: ({ address }) => address },
];

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <RecordTable
      label="Audit trail"
      columns={COLUMNS}
      rows={entries}
      idOf={({ cursor }) => cursor}
    />
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
  const pairs = Object.entries(details);
  if (pairs.length === 0) return null;
  return <Tags texts={pairs.map(([name, value]) => `${name}=${valueText(value)}`)} />;
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
