import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type { ClusterOverview } from "../../src/protocol/cluster-overview.ts";
import { formatBytes, formatCores, formatCount, plural } from "../format/format.ts";
import { Meter } from "../ui/meter.tsx";
import { ToneMark } from "../ui/status-chip.tsx";
import { countPhases, LIVE_PHASES } from "./count-phases.ts";

export function ClusterFigures({ overview }: { overview: ClusterOverview }) {
  return (
    <div class="figures">
      <BackendFigure {...overview} />
      <DroneFigure {...overview} />
      <ProxyFigure {...overview} />
      <RoomFigure {...overview} />
    </div>
  );
}

interface FigureProps {
  title: string;
  /** Where there is more of it. */
  href?: string;
  value: string;
  unit: string;
  children: ComponentChildren;
}

function Figure({ title, href, value, unit, children }: FigureProps) {
  return (
    <section class="panel figure" aria-label={title}>
      <h2>{href === undefined ? title : <Link href={href}>{title}</Link>}</h2>
      <p class="figure-value">
        <strong>{value}</strong> <span class="muted">{unit}</span>
      </p>
      {children}
    </section>
  );
}

function BackendFigure({ backends }: Pick<ClusterOverview, "backends">) {
  const counts = countPhases(backends.by_status);
  return (
    <Figure title="Backends" href="/backends" value={formatCount(backends.live)} unit="live">
      <div class="shares" aria-hidden="true">
        {LIVE_PHASES.filter((phase) => counts[phase] > 0).map((phase) => (
          <span key={phase} data-tone={phase} style={{ flexGrow: counts[phase] }} />
        ))}
      </div>
      <ul class="figure-list">
        {LIVE_PHASES.map((phase) => (
          <li key={phase} data-tone={counts[phase] === 0 ? "ended" : phase}>
            <Link href={`/backends?status=${phase}`}>
              <ToneMark tone={phase} /> {formatCount(counts[phase])} {phase}
            </Link>
          </li>
        ))}
      </ul>
    </Figure>
  );
}

function DroneFigure({ drones }: Pick<ClusterOverview, "drones">) {
  const { total, connected, healthy, draining } = drones;
  const [silent, unwell] = [total - connected, connected - healthy];
  return (
    <Figure
      title="Drones"
      href="/drones"
      value={formatCount(healthy)}
      unit={`of ${formatCount(total)} healthy`}
    >
      <ul class="figure-list">
        {silent > 0 && (
          <li data-tone="failed">
            <ToneMark tone="failed" /> {formatCount(silent)} not connected
          </li>
        )}
        {unwell > 0 && (
          <li data-tone="failed">
            <ToneMark tone="failed" /> {formatCount(unwell)} unhealthy
          </li>
        )}
        <li data-tone={draining > 0 ? "ending" : "ended"}>
          <ToneMark tone={draining > 0 ? "ending" : "ended"} /> {formatCount(draining)} draining
        </li>
      </ul>
    </Figure>
  );
}

function ProxyFigure({ proxies, controllers }: Pick<ClusterOverview, "proxies" | "controllers">) {
  const rate = Math.round(proxies.requests_per_second * 10) / 10;
  return (
    <Figure title="Traffic" value={formatCount(rate)} unit="requests/s">
      <ul class="figure-list muted">
        <li>{plural(proxies.connections, "open connection")}</li>
        <li>{plural(proxies.total, "proxy", "proxies")}</li>
        <li>{plural(controllers, "controller")}</li>
      </ul>
    </Figure>
  );
}

function RoomFigure({ capacity, backends }: Pick<ClusterOverview, "capacity" | "backends">) {
  const { cpus, cpus_promised, memory_bytes, memory_bytes_promised, max_backends } = capacity;
  return (
    <section class="panel figure" aria-label="Room">
      <h2>Room taken</h2>
      <div class="figure-meters">
        {max_backends !== null && (
          <Meter
            label="Backends"
            text={`${formatCount(backends.live)} of ${formatCount(max_backends)}`}
            share={part(backends.live, max_backends)}
          />
        )}
        <Meter
          label="CPUs"
          text={`${formatCores(cpus_promised)} of ${formatCores(cpus)}`}
          share={part(cpus_promised, cpus)}
        />
        <Meter
          label="Memory"
          text={`${formatBytes(memory_bytes_promised)} of ${formatBytes(memory_bytes)}`}
          share={part(memory_bytes_promised, memory_bytes)}
        />
      </div>
    </section>
  );
}

function part(used: number, whole: number): number {
  return whole === 0 ? 0 : used / whole;
}
