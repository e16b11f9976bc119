import { useEffect } from "preact/hooks";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { plural } from "../format/format.ts";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { DroneCard } from "./drone-card.tsx";
import "./drones.css";

const EVERY_MS = 3_000;

export function DronesView() {
  useTitle("Drones");
  const { api, live } = useDashboard();
  const { value, error, reload } = useLoad(
    (signal) => api.client.listDrones({ signal }),
    [api],
    EVERY_MS,
  );
  const drones = value.value;
  useEffect(() => live.listen(() => reload()), [live]);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Drones</h1>
        {drones !== undefined && (
          <p class="muted">
            {plural(
              drones.reduce((sum, drone) => sum + drone.live_backends, 0),
              "live backend",
            )}{" "}
            on {plural(drones.length, "drone")}
          </p>
        )}
      </div>
      {drones === undefined ? (
        <div class="panel">
          {error.value === undefined ? (
            <Loading what="drones" />
          ) : (
            <Failed error={error.value} onRetry={reload} />
          )}
        </div>
      ) : drones.length === 0 ? (
        <div class="panel">
          <Empty icon="drones" title="No drone has joined yet">
            Start one with <code>hangar drone</code>.
          </Empty>
        </div>
      ) : (
        <ul class="drones">
          {drones.map((drone) => (
            <DroneCard key={drone.name} drone={drone} onChanged={reload} />
          ))}
        </ul>
      )}
    </div>
  );
}
