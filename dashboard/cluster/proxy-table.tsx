import type { ConnectedProxy } from "../../src/protocol/proxy.ts";
import { formatAge, formatCount } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";

const COLUMNS: readonly TableColumn<ConnectedProxy>[] = [
  { name: "Proxy", kind: "row", class: "nowrap", cell: ({ name }) => name },
  { name: "Cluster", cell: ({ cluster }) => cluster },
  { name: "Version", cell: ({ version }) => version },
  {
    name: "Requests/s",
    kind: "number",
    cell: ({ requests_per_second: rate }) => formatCount(Math.round(rate * 10) / 10),
  },
  {
    name: "Open requests",
    kind: "number",
    cell: ({ requests_open }) => formatCount(requests_open),
  },
  { name: "Connections", kind: "number", cell: ({ connections }) => formatCount(connections) },
  {
    name: "Backends",
    kind: "number",
    cell: ({ active_backends }) => formatCount(active_backends),
  },
  { name: "Since", kind: "number", cell: ({ connected_at }) => <Age at={connected_at} /> },
  {
    name: "Heard",
    kind: "number",
    cell: ({ last_heard_age_ms }) => `${formatAge(last_heard_age_ms)} ago`,
  },
];

export function ProxyTable({ proxies }: { proxies: readonly ConnectedProxy[] }) {
  return <RecordTable label="Proxies" columns={COLUMNS} rows={proxies} idOf={({ name }) => name} />;
}
