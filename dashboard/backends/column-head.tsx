import { Icon } from "../ui/icon.tsx";
import type { BackendQuery, Column } from "./backend-query.ts";

/** Those without a column cannot be sorted by. */
const HEADS: readonly { name: string; column?: Column }[] = [
  { name: "Status", column: "status" },
  { name: "Key", column: "key" },
  { name: "Backend", column: "id" },
  { name: "Image", column: "image" },
  { name: "Drone", column: "drone" },
  { name: "Labels" },
  { name: "Age", column: "age" },
];

interface ColumnHeadProps {
  query: BackendQuery;
  onSort: (column: Column) => void;
}

export function ColumnHead({ query, onSort }: ColumnHeadProps) {
  return (
    <div role="rowgroup" class="backend-head">
      <div role="row" class="backend-row" aria-rowindex={1}>
        {HEADS.map(({ name, column }) => (
          <div
            key={name}
            role="columnheader"
            class={`cell ${name.toLowerCase()}`}
            aria-sort={column === query.sort ? direction(query) : undefined}
          >
            {column === undefined ? (
              name
            ) : (
              <button type="button" onClick={() => onSort(column)}>
                {name}
                {column === query.sort && (
                  <Icon name={query.isDescending ? "down" : "up"} size={12} />
                )}
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function direction({ isDescending }: BackendQuery): "ascending" | "descending" {
  return isDescending ? "descending" : "ascending";
}
