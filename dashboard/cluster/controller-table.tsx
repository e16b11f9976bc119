import type { Controller } from "../../src/protocol/controller.ts";
import { formatAge } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";

const COLUMNS: readonly TableColumn<Controller>[] = [
  { name: "Controller", kind: "row", cell: ({ id }) => id },
  { name: "Address", class: "mono", cell: ({ url }) => url },
  { name: "Version", cell: ({ version }) => version },
  { name: "Up for", kind: "number", cell: ({ started_at }) => <Age at={started_at} /> },
  {
    name: "Heard",
    kind: "number",
    cell: ({ last_heartbeat_age_ms }) => `${formatAge(last_heartbeat_age_ms)} ago`,
  },
];

export function ControllerTable({ controllers }: { controllers: readonly Controller[] }) {
  return (
    <RecordTable label="Controllers" columns={COLUMNS} rows={controllers} idOf={({ id }) => id} />
  );
}
