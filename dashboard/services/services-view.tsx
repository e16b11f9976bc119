import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Service } from "../../src/protocol/service.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatCount, formatDuration } from "../format/format.ts";
import { Ago } from "../ui/age.tsx";
import { Command } from "../ui/command.tsx";
import { LoadedPanel } from "../ui/loaded-panel.tsx";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";
import { Empty } from "../ui/states.tsx";
import { Tags } from "../ui/tags.tsx";
import { countLive } from "./count-live.ts";

const EVERY_MS = 10_000;

/** Named spawn configs. */
export function ServicesView() {
  useTitle("Services");
  const { api } = useDashboard();
  const loaded = useLoad(
    (signal) => api.client.listServices(undefined, { signal }),
    [api],
    EVERY_MS,
  );
  return (
    <div class="view">
      <div class="view-head">
        <h1>Services</h1>
        <p class="muted">Named spawn configs, which clients connect to by name</p>
      </div>
      <LoadedPanel what="services" loaded={loaded}>
        {(services) => (services.length === 0 ? <NoService /> : <Table services={services} />)}
      </LoadedPanel>
    </div>
  );
}

function NoService() {
  const { may } = useDashboard();
  return (
    <Empty icon="services" title="There is no service yet">
      <p>
        A service names an image, and what its backends are given, once: Jamsocket's clients connect
        to it by that name.
      </p>
      {may.manageServices && (
        <Command text="hangar services create board --image hangar/whiteboard --max-idle 5m" />
      )}
    </Empty>
  );
}

function Table({ services }: { services: readonly Service[] }) {
  const { book } = useDashboard();
  const live = useMemo(() => countLive(book.rows.values()), [book.version.value]);
  const columns: readonly TableColumn<Service>[] = [
    {
      name: "Service",
      kind: "row",
      cell: ({ account, name }) => (
        <Link href={`/services/${account}/${name}`}>
          <span class="namespace">{account}/</span>
          {name}
        </Link>
      ),
    },
    {
      name: "Image",
      cell: ({ spawn: { image } }) =>
        image === undefined ? <span class="muted">none yet</span> : <code>{image}</code>,
    },
    { name: "Environments", cell: ({ environments }) => <Tags texts={environments.map(nameOf)} /> },
    {
      name: "Idle limit",
      kind: "number",
      cell: ({ spawn: { max_idle_seconds: idle } }) =>
        idle === undefined ? <span class="muted">none</span> : formatDuration(idle * 1_000),
    },
    {
      name: "Live backends",
      kind: "number",
      cell: (service) =>
        formatCount(namespacesOf(service).reduce((sum, each) => sum + (live.get(each) ?? 0), 0)),
    },
    {
      name: "Last spawn",
      kind: "number",
      cell: ({ last_spawned_at: at }) => (at === null ? "never" : <Ago at={at} />),
    },
  ];
  return (
    <RecordTable
      label="Services"
      columns={columns}
      rows={services}
      idOf={(each) => each.namespace}
    />
  );
}

function nameOf({ name }: { name: string }): string {
  return name;
}

function namespacesOf({ namespace, environments }: Service): string[] {
  return [namespace, ...environments.map((each) => each.namespace)];
}
