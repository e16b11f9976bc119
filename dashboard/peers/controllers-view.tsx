import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatAge } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { LoadedPanel } from "./loaded-panel.tsx";

const EVERY_MS = 5_000;

export function ControllersView() {
  useTitle("Controllers");
  const { api } = useDashboard();
  const loaded = useLoad((signal) => api.client.listControllers({ signal }), [api], EVERY_MS);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Controllers</h1>
        <p class="muted">Those that share the database</p>
      </div>
      <LoadedPanel what="controllers" loaded={loaded}>
        {(controllers) => (
          <table class="plain-table stacks">
            <thead>
              <tr>
                <th scope="col">Controller</th>
                <th scope="col">Address</th>
                <th scope="col">Version</th>
                <th scope="col" class="number">
                  Started
                </th>
                <th scope="col" class="number">
                  Heard
                </th>
              </tr>
            </thead>
            <tbody>
              {controllers.map(({ id, url, version, started_at, last_heartbeat_age_ms }) => (
                <tr key={id}>
                  <th scope="row">{id}</th>
                  <td data-label="Address" class="mono">
                    {url}
                  </td>
                  <td data-label="Version">{version}</td>
                  <td data-label="Started" class="number">
                    <Age at={started_at} />
                  </td>
                  <td data-label="Heard" class="number">
                    {formatAge(last_heartbeat_age_ms)} ago
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </LoadedPanel>
    </div>
  );
}
