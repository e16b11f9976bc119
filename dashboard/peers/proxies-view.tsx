import type { ConnectedProxy } from "../../src/protocol/proxy.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatAge, formatCount } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { Empty } from "../ui/states.tsx";
import { LoadedPanel } from "./loaded-panel.tsx";

const EVERY_MS = 2_000;

export function ProxiesView() {
  useTitle("Proxies");
  const { api } = useDashboard();
  const loaded = useLoad((signal) => api.client.listProxies({ signal }), [api], EVERY_MS);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Proxies</h1>
      </div>
      <LoadedPanel what="proxies" loaded={loaded}>
        {(proxies) =>
          proxies.length === 0 ? (
            <Empty icon="proxies" title="No proxy has joined yet">
              Start one with <code>hangar proxy</code>.
            </Empty>
          ) : (
            <ProxyTable proxies={proxies} />
          )
        }
      </LoadedPanel>
    </div>
  );
}

function ProxyTable({ proxies }: { proxies: readonly ConnectedProxy[] }) {
  return (
    <table class="plain-table stacks">
      <thead>
        <tr>
          <th scope="col">Proxy</th>
          <th scope="col">Cluster</th>
          <th scope="col">Version</th>
          <th scope="col" class="number">
            Requests/s
          </th>
          <th scope="col" class="number">
            Open requests
          </th>
          <th scope="col" class="number">
            Connections
          </th>
          <th scope="col" class="number">
            Backends in use
          </th>
          <th scope="col" class="number">
            Connected
          </th>
          <th scope="col" class="number">
            Heard
          </th>
        </tr>
      </thead>
      <tbody>
        {proxies.map((proxy) => (
          <tr key={proxy.name}>
            <th scope="row">{proxy.name}</th>
            <td data-label="Cluster">{proxy.cluster}</td>
            <td data-label="Version">{proxy.version}</td>
            <td data-label="Requests/s" class="number">
              {formatCount(Math.round(proxy.requests_per_second * 10) / 10)}
            </td>
            <td data-label="Open requests" class="number">
              {formatCount(proxy.requests_open)}
            </td>
            <td data-label="Connections" class="number">
              {formatCount(proxy.connections)}
            </td>
            <td data-label="Backends in use" class="number">
              {formatCount(proxy.active_backends)}
            </td>
            <td data-label="Connected" class="number">
              <Age at={proxy.connected_at} />
            </td>
            <td data-label="Heard" class="number">
              {formatAge(proxy.last_heard_age_ms)} ago
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
