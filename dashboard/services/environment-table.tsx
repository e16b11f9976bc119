import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Service } from "../../src/protocol/service.ts";
import { useDashboard } from "../app/dashboard.ts";
import { formatCount } from "../format/format.ts";
import { Ago } from "../ui/age.tsx";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";
import { countLive } from "./count-live.ts";

type Environment = Service["environments"][number];

/** Where its backends are: in the service's own namespace, and in that of each environment. */
export function EnvironmentTable({ service }: { service: Service }) {
  const { book } = useDashboard();
  const live = useMemo(() => countLive(book.rows.values()), [book.version.value]);
  const isSomewhereElse = service.environments.some(({ cluster }) => cluster !== null);
  const columns: readonly TableColumn<Environment>[] = [
    { name: "Environment", kind: "row", cell: ({ name }) => name },
    { name: "Image", cell: ({ image }) => <OfItsOwn text={image} /> },
    ...(isSomewhereElse
      ? [{ name: "Cluster", cell: ({ cluster }: Environment) => <OfItsOwn text={cluster} /> }]
      : []),
    {
      name: "Last spawn",
      kind: "number",
      cell: ({ last_spawned_at: at }) => (at === null ? "never" : <Ago at={at} />),
    },
    {
      name: "Backends",
      kind: "number",
      cell: ({ namespace }) => (
        <Link href={`/backends?namespace=${encodeURIComponent(namespace)}`}>
          {`${formatCount(live.get(namespace) ?? 0)} live`}
        </Link>
      ),
    },
  ];
  return (
    <section class="panel" aria-label="Environments">
      <div class="panel-head">
        <h2>Environments</h2>
      </div>
      <div class="table-scroll">
        <RecordTable
          label="Environments"
          columns={columns}
          rows={[itself(service), ...service.environments]}
          idOf={({ namespace }) => namespace}
        />
      </div>
    </section>
  );
}

function OfItsOwn({ text }: { text: string | null }) {
  return text === null ? <span class="muted">the service's</span> : <code>{text}</code>;
}

/** Among its environments the service itself has this name. */
function itself({ namespace, created_at, last_spawned_at, spawn }: Service): Environment {
  const own = { name: "default", image: spawn.image ?? null, cluster: spawn.cluster ?? null };
  return { ...own, namespace, created_at, last_spawned_at };
}
