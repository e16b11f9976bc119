import { useSignal } from "@preact/signals";
import { Link } from "wouter-preact";
import type { Drone } from "../../src/protocol/drone.ts";
import { useDashboard } from "../app/dashboard.ts";
import { formatAge, formatBytes, formatDuration, plural } from "../format/format.ts";
import { Meter } from "../ui/meter.tsx";
import { type Tone, ToneChip } from "../ui/status-chip.tsx";
import { Bays } from "./bays.tsx";
import { DrainDialog } from "./drain-dialog.tsx";

interface DroneCardProps {
  drone: Drone;
  onChanged: () => void;
}

export function DroneCard({ drone, onChanged }: DroneCardProps) {
  const { name, health, pool, cluster } = drone;
  const { tone, text } = stateOf(drone);
  return (
    <li class="panel drone">
      <div class="panel-head drone-head">
        <h2>{name}</h2>
        <ToneChip tone={tone}>{text}</ToneChip>
      </div>
      <div class="drone-body">
        {drone.unhealthy_because !== undefined && (
          <p class="drone-because">{drone.unhealthy_because}</p>
        )}
        {drone.draining && <p class="drone-because">{drainText(drone)}</p>}
        <Bays live={drone.live_backends} max={drone.max_backends} />
        {health !== null && (
          <div class="drone-meters">
            <Meter
              label="Load"
              text={`${health.load_average.toFixed(2)} on ${plural(health.cpus, "CPU")}`}
              share={health.load_average / Math.max(1, health.cpus)}
            />
            <Room
              label="Memory"
              total={health.memory_total_bytes}
              available={health.memory_available_bytes}
            />
            <Room
              label="Disk"
              total={health.disk_total_bytes}
              available={health.disk_available_bytes}
            />
          </div>
        )}
        <dl class="facts">
          <dt>Cluster</dt>
          <dd>{pool === "" ? cluster : `${cluster}, pool ${pool}`}</dd>
          <dt>Runtime</dt>
          <dd>{runtimeText(drone)}</dd>
          <dt>Lease</dt>
          <dd>{leaseText(drone)}</dd>
          <dt>Heard</dt>
          <dd>{heardText(drone)}</dd>
        </dl>
        {health !== null && health.images.length > 0 && <Images images={health.images} />}
      </div>
      <div class="drone-foot">
        <Link href={`/backends?drone=${name}`} class="button small">
          Its backends
        </Link>
        <DrainButton drone={drone} onChanged={onChanged} />
      </div>
    </li>
  );
}

function Room({ label, total, available }: { label: string; total: number; available: number }) {
  const used = total - available;
  return (
    <Meter
      label={label}
      text={`${formatBytes(used)} of ${formatBytes(total)}`}
      share={total === 0 ? 0 : used / total}
    />
  );
}

function Images({ images }: { images: readonly string[] }) {
  return (
    <details class="drone-images">
      <summary>{plural(images.length, "image needs", "images need")} no pull</summary>
      <ul>
        {images.map((image) => (
          <li key={image} class="mono">
            {image}
          </li>
        ))}
      </ul>
    </details>
  );
}

function DrainButton({ drone, onChanged }: DroneCardProps) {
  const { api, may, notices } = useDashboard();
  const isAsking = useSignal(false);
  if (!may.drain) return null;
  const undrain = async () => {
    try {
      await api.client.undrain(drone.name);
      notices.done(`${drone.name} takes new backends again`);
    } catch (error) {
      notices.failed(error);
    }
    onChanged();
  };
  if (drone.draining) {
    return (
      <button type="button" class="button small" onClick={() => void undrain()}>
        Undrain
      </button>
    );
  }
  return (
    <>
      <button type="button" class="button small" onClick={() => (isAsking.value = true)}>
        Drain…
      </button>
      {isAsking.value && (
        <DrainDialog drone={drone} onClose={() => (isAsking.value = false)} onDone={onChanged} />
      )}
    </>
  );
}

function stateOf({ healthy, connected, draining }: Drone): { tone: Tone; text: string } {
  if (!connected) return { tone: "failed", text: "not connected" };
  if (!healthy) return { tone: "failed", text: "unhealthy" };
  return draining ? { tone: "ending", text: "draining" } : { tone: "ready", text: "healthy" };
}

function drainText({ drain_ends_in_ms: left }: Drone): string {
  if (left === null) return "Takes no new backends; those that it has run on.";
  if (left <= 0) return "Takes no new backends; those that it had were asked to end.";
  return `Takes no new backends; those that it has are asked to end in ${formatDuration(left)}.`;
}

function runtimeText({ health, version }: Drone): string {
  if (health === null) return `Hangar ${version}`;
  const { name, version: runtimeVersion } = health.runtime;
  return `${name} ${runtimeVersion ?? ""}, Hangar ${version}`.replace(" ,", ",");
}

function leaseText({ lease_expires_in_ms: left }: Drone): string {
  if (left === null) return "holds none";
  return left <= 0 ? "lapsed" : `for another ${formatDuration(left)}`;
}

function heardText({ last_heartbeat_age_ms: age }: Drone): string {
  return age === null ? "not yet" : `${formatAge(age)} ago`;
}
