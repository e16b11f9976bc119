import { useDashboard } from "../app/dashboard.ts";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { type BackendQuery, isFiltered, NO_QUERY } from "./backend-query.ts";
import { Welcome } from "./welcome.tsx";

interface NoRowsProps {
  query: BackendQuery;
  onChange: (changes: Partial<BackendQuery>) => void;
}

/** Why the table is empty, and what to do about it. */
export function NoRows(props: NoRowsProps) {
  const { book } = useDashboard();
  const state = book.state.value;
  return (
    <div class="panel list-empty">
      {state.kind === "failed" && <Failed error={state.error} onRetry={() => void book.load()} />}
      {state.kind === "loading" && <Loading what="backends" lines={12} />}
      {state.kind === "loaded" && <NoneFound {...props} />}
    </div>
  );
}

function NoneFound({ query, onChange }: NoRowsProps) {
  if (isFiltered(query)) {
    return (
      <Empty icon="search" title="No backend fits">
        <button
          type="button"
          class="button"
          onClick={() => onChange({ ...NO_QUERY, sort: query.sort })}
        >
          Clear the filters
        </button>
      </Empty>
    );
  }
  return <Welcome onShowEnded={() => onChange({ phases: ["ended"] })} />;
}
