import { memo } from "preact/compat";
import { Link } from "wouter-preact";
import { formatImage } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { KeyText } from "../ui/key-text.tsx";
import { StatusChip } from "../ui/status-chip.tsx";
import { type BackendRow, keyText } from "./backend-row.ts";

interface RowProps {
  row: BackendRow;
  rowIndex: number;
  top: number;
  isActive: boolean;
  onOpen: (id: string) => void;
}

function Row({ row: { backend }, rowIndex, top, isActive, onOpen }: RowProps) {
  const { id, key, status, ended, image, drone, labels, created_at } = backend;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard, and the key is a link.
    <div
      role="row"
      id={`row-${id}`}
      class="backend-row"
      aria-rowindex={rowIndex}
      aria-selected={isActive}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => {
        const isLink = event.target instanceof Element && event.target.closest("a") !== null;
        if (!isLink && getSelection()?.isCollapsed !== false) onOpen(id);
      }}
    >
      <div role="gridcell" class="cell status">
        <StatusChip status={status} ended={ended} />
      </div>
      <div role="gridcell" class="cell key" title={keyText(key)}>
        <Link href={`/backends/${id}`} class="key-link" tabIndex={-1}>
          <KeyText value={key} />
        </Link>
      </div>
      <div role="gridcell" class="cell backend mono">
        {id}
      </div>
      <div role="gridcell" class="cell image ellipsis mono" title={image}>
        {formatImage(image)}
      </div>
      <div role="gridcell" class="cell drone ellipsis">
        {drone}
      </div>
      <div role="gridcell" class="cell labels">
        {Object.entries(labels).map(([name, value]) => (
          <span key={name} class="tag">
            {name}={value}
          </span>
        ))}
      </div>
      <div role="gridcell" class="cell age">
        <Age at={created_at} />
      </div>
    </div>
  );
}

export const BackendTableRow = memo(Row);
