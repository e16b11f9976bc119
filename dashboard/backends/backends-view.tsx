import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { useDashboard } from "../app/dashboard.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount } from "../format/format.ts";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { BackendFilters } from "./backend-filters.tsx";
import {
  type BackendQuery,
  filterRows,
  isFiltered,
  readQuery,
  writeQuery,
} from "./backend-query.ts";
import { BackendTable } from "./backend-table.tsx";
import { NoRows } from "./no-rows.tsx";
import { sortRows } from "./sort-rows.ts";
import "./backends.css";

/** Browsers take an address that changes with each letter for an attack. */
const ADDRESS_AFTER_MS = 150;

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
    const timer = setTimeout(() => {
      history.replaceState(null, "", lastQuery === "" ? location.pathname : `?${lastQuery}`);
    }, ADDRESS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [query.value]);
  useEffect(() => {
    if (query.value.phases.includes("ended")) void book.loadEnded();
  }, [query.value.phases]);
  useShortcuts({ search: () => search.current?.select() });
  return (
    <div class="view filled backends">
      <div class="view-head">
        <h1>Backends</h1>
        <p class="muted">
          {formatCount(shown.value.length)}
          {isFiltered(query.value) && " fit"}
          {book.state.value.kind === "loading" && ", loading more…"}
        </p>
        <SearchField
          label="Search backends"
          placeholder="Search key, id, image, label…"
          value={query.value.search}
          inputRef={search}
          onInput={(text) => change({ search: text })}
        />
        {may.connect && (
          <Link href="/spawn" class="button primary">
            <Icon name="spawn" size={14} /> Spawn
          </Link>
        )}
      </div>
      <BackendFilters rows={sorted} query={query} onChange={change} />
      {shown.value.length > 0 ? (
        <BackendTable rows={shown.value} query={query.value} onChange={change} />
      ) : (
        <NoRows query={query.value} onChange={change} />
      )}
    </div>
  );
}
