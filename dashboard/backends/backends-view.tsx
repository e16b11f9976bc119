import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { useDashboard } from "../app/dashboard.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount } from "../format/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { BackendFilters } from "./backend-filters.tsx";
import {
  type BackendQuery,
  filterRows,
  isFiltered,
  NO_QUERY,
  readQuery,
  writeQuery,
} from "./backend-query.ts";
import { BackendTable } from "./backend-table.tsx";
import { sortRows } from "./sort-rows.ts";
import "./backends.css";

/** What was shown last, so that whoever comes back from a backend finds the table as it was. */
let lastQuery = "";

export function BackendsView() {
  useTitle("Backends");
  const { book, may } = useDashboard();
  const search = useRef<HTMLInputElement>(null);
  const query = useSignal<BackendQuery>(readQuery(location.search || lastQuery));
  const sort = useComputed(() => query.value.sort);
  const isDescending = useComputed(() => query.value.isDescending);
  const sorted = useComputed(() => {
    book.version.value;
    return sortRows(book.rows.values(), sort.value, isDescending.value);
  });
  const shown = useComputed(() => filterRows(sorted.value, query.value));
  const change = (changes: Partial<BackendQuery>) => {
    query.value = { ...query.value, ...changes };
  };
  useEffect(() => {
    lastQuery = writeQuery(query.value);
    history.replaceState(null, "", lastQuery === "" ? location.pathname : `?${lastQuery}`);
  }, [query.value]);
  useEffect(() => {
    if (query.value.phases.includes("ended")) void book.loadEnded();
  }, [query.value.phases]);
  useShortcuts({ search: () => search.current?.select() });
  const state = book.state.value;
  return (
    <div class="view filled backends">
      <div class="view-head">
        <h1>Backends</h1>
        <p class="muted" aria-live="off">
          {formatCount(shown.value.length)}
          {isFiltered(query.value) && " fit"}
          {state.kind === "loading" && ", loading more…"}
        </p>
        <span class="spring" />
        {may.connect && (
          <Link href="/spawn" class="button primary">
            <Icon name="spawn" size={14} /> Spawn
          </Link>
        )}
      </div>
      <BackendFilters rows={sorted} query={query} onChange={change} searchRef={search} />
      {shown.value.length > 0 ? (
        <BackendTable rows={shown.value} query={query.value} onChange={change} />
      ) : (
        <div class="panel backends-empty">
          {state.kind === "failed" ? (
            <Failed error={state.error} onRetry={() => void book.load()} />
          ) : state.kind === "loading" ? (
            <Loading what="backends" lines={12} />
          ) : isFiltered(query.value) ? (
            <Empty icon="search" title="No backend fits">
              <button
                type="button"
                class="button"
                onClick={() => change({ ...NO_QUERY, sort: sort.value })}
              >
                Clear the filters
              </button>
            </Empty>
          ) : (
            <Empty icon="backends" title="No live backends">
              {may.connect ? <Link href="/spawn">Spawn one</Link> : "A connect will spawn one"}, or
              look at those that have{" "}
              <Link href="/backends?status=ended" onClick={() => change({ phases: ["ended"] })}>
                ended
              </Link>
              .
            </Empty>
          )}
        </div>
      )}
    </div>
  );
}
