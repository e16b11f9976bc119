import type { ComponentChildren } from "preact";
import type { ClusterOverview } from "../../src/protocol/cluster-overview.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { Command } from "../ui/command.tsx";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { ClusterFigures } from "./cluster-figures.tsx";
import { ControllerTable } from "./controller-table.tsx";
import { ProxyTable } from "./proxy-table.tsx";
import "./cluster.css";

const EVERY_MS = 2_000;

/** What is attached, how well it is, and how much of it is in use. */
export function ClusterView() {
  useTitle("Cluster");
  const { api } = useDashboard();
  const { value, error, reload } = useLoad(
    async (signal) => {
      const { client } = api;
      const [overview, proxies, controllers] = await Promise.all([
        client.cluster({ signal }),
        client.listProxies({ signal }),
        client.listControllers({ signal }),
      ]);
      return { overview, proxies, controllers };
    },
    [api],
    EVERY_MS,
  );
  const now = value.value;
  return (
    <div class="view">
      <div class="view-head">
        <h1>Cluster</h1>
        {now !== undefined && <p class="muted">{whichText(now.overview)}</p>}
      </div>
      {now === undefined ? (
        <div class="panel">
          {error.value === undefined ? (
            <Loading what="the cluster" lines={10} />
          ) : (
            <Failed error={error.value} onRetry={reload} />
          )}
        </div>
      ) : (
        <>
          <ClusterFigures overview={now.overview} />
          <Peers title="Proxies">
            {now.proxies.length === 0 ? <NoProxy /> : <ProxyTable proxies={now.proxies} />}
          </Peers>
          <Peers title="Controllers">
            <ControllerTable controllers={now.controllers} />
          </Peers>
        </>
      )}
    </div>
  );
}

function whichText({ name, version }: ClusterOverview): string {
  return `${name}, Hangar ${version}`;
}

function Peers({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <div class="panel-head">
        <h2>{title}</h2>
      </div>
      <div class="table-scroll">{children}</div>
    </section>
  );
}

function NoProxy() {
  return (
    <Empty icon="proxies" title="No proxy has joined yet">
      <p>Without one nobody reaches a backend. On a machine that browsers reach:</p>
      <Command
        text={`hangar proxy --controller ${location.origin} --key-file proxy.key --cluster NAME`}
      />
    </Empty>
  );
}
