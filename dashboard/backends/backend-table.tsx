import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useMedia } from "../ui/use-media.ts";
import { useVirtual } from "../ui/virtual.ts";
import type { BackendQuery, Column } from "./backend-query.ts";
import type { BackendRow } from "./backend-row.ts";
import { BackendTableRow } from "./backend-table-row.tsx";
import { ColumnHead } from "./column-head.tsx";

interface TableProps {
  rows: readonly BackendRow[];
  query: BackendQuery;
  onChange: (changes: Partial<BackendQuery>) => void;
}

const HEAD_HEIGHT = 34;
const ROW_HEIGHT = 36;
const CARD_HEIGHT = 62;

/** The row that the keyboard is on, so that it is there again when somebody comes back. */
let lastActiveId: string | undefined;

/** A grid of which only the rows in sight exist. The keyboard moves a mark in it, not the focus. */
export function BackendTable({ rows, query, onChange }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, navigate] = useLocation();
  const isNarrow = useMedia("(max-width: 719px)");
  const virtual = useVirtual({
    count: rows.length,
    scroller,
    rowHeight: isNarrow ? CARD_HEIGHT : ROW_HEIGHT,
    scrollPaddingStart: isNarrow ? 0 : HEAD_HEIGHT,
  });
  const activeId = useSignal(lastActiveId);
  const activeIndex = rows.findIndex(({ backend }) => backend.id === activeId.value);
  const activate = (index: number) => {
    const at = Math.min(rows.length - 1, Math.max(0, index));
    activeId.value = rows[at]?.backend.id;
    lastActiveId = activeId.value;
    virtual.scrollToIndex(at);
    scroller.current?.focus({ preventScroll: true });
  };
  const open = (id: string) => {
    lastActiveId = id;
    navigate(`/backends/${id}`);
  };
  useShortcuts({
    next: () => activate(activeIndex + 1),
    previous: () => activate(activeIndex === -1 ? 0 : activeIndex - 1),
    first: () => activate(0),
    last: () => activate(rows.length - 1),
    open: () => {
      if (activeIndex !== -1 && activeId.value !== undefined) open(activeId.value);
    },
  });
  useEffect(() => {
    if (activeIndex !== -1) virtual.scrollToIndex(activeIndex, { align: "center" });
  }, []);
  const items = virtual.getVirtualItems();
  return (
    <div
      ref={scroller}
      class="panel long-list"
      role="grid"
      aria-label="Backends"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={
        items.some(({ index }) => index === activeIndex) ? `row-${activeId.value}` : undefined
      }
      tabIndex={0}
    >
      <ColumnHead query={query} onSort={(column) => onChange(sortBy(query, column))} />
      <div
        role="rowgroup"
        class="list-rows backend-rows"
        style={{ height: `${virtual.getTotalSize()}px` }}
      >
        {items.map(({ index, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              <BackendTableRow
                key={row.backend.id}
                row={row}
                rowIndex={index + 2}
                top={start}
                isActive={index === activeIndex}
                onOpen={open}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function sortBy(query: BackendQuery, column: Column): Partial<BackendQuery> {
  return { sort: column, isDescending: query.sort === column && !query.isDescending };
}
