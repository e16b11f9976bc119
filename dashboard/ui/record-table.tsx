import type { ComponentChildren } from "preact";

export interface TableColumn<T> {
  /** Said in the head, and beside each cell where rows are cards. */
  readonly name: string;
  readonly cell: (row: T) => ComponentChildren;
  /** "row": names its row. "number": to the right. "actions": has buttons, and no head to be seen. */
  readonly kind?: "row" | "number" | "actions";
  readonly class?: string;
}

interface RecordTableProps<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
}

/** A table of a few rows, all of which are on the page; on a phone each row is a card. */
export function RecordTable<T>({ label, columns, rows, idOf }: RecordTableProps<T>) {
  return (
    <table class="plain-table stacks" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, kind }) => (
            <th key={name} scope="col" class={kind === "number" ? "number" : undefined}>
              {kind === "actions" ? <span class="visually-hidden">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={idOf(row)}>
            {columns.map((column) => (
              <Cell key={column.name} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<T>({ column, row }: { column: TableColumn<T>; row: T }) {
  const { kind, name, cell } = column;
  if (kind === "row") {
    return (
      <th scope="row" class={column.class}>
        {cell(row)}
      </th>
    );
  }
  const classes = [kind, column.class].filter(Boolean).join(" ");
  return (
    <td class={classes || undefined} data-label={kind === "actions" ? undefined : name}>
      {cell(row)}
    </td>
  );
}
