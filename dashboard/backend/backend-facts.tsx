import type { ComponentChildren } from "preact";
import type { Backend } from "../../src/protocol/backend.ts";
import { formatBytes, formatCores, formatDuration, formatMoment } from "../format/format.ts";
import { Age } from "../ui/age.tsx";

export function BackendFacts({ backend }: { backend: Backend }) {
  return (
    <section class="panel" aria-label="Facts">
      <div class="panel-head">
        <h2>Facts</h2>
      </div>
      <dl class="panel-body facts">
        <Fact name="Image">
          <code>{backend.image}</code>
        </Fact>
        {backend.command !== null && (
          <Fact name="Command">
            <code>{backend.command.join(" ")}</code>
          </Fact>
        )}
        <Fact name="Drone">{placeOf(backend)}</Fact>
        <Fact name="Cluster">{backend.cluster}</Fact>
        {backend.subdomain !== null && <Fact name="Subdomain">{backend.subdomain}</Fact>}
        <Fact name="Address">{addressOf(backend)}</Fact>
        <Fact name="Access">{accessOf(backend)}</Fact>
        {backend.key.tag !== "" && <Fact name="Tag">{backend.key.tag}</Fact>}
        <Fact name="Labels">
          <Tags texts={Object.entries(backend.labels).map((pair) => pair.join("="))} />
        </Fact>
        <Fact name="Env">
          <Tags texts={backend.env_names} />
        </Fact>
        <Fact name="Resources">{resourcesOf(backend)}</Fact>
        <Fact name="Limits">{limitsOf(backend)}</Fact>
        <Fact name="Lease">{leaseOf(backend)}</Fact>
        <Fact name="Fencing token">{backend.fencing_token}</Fact>
        <Fact name="Created">
          {formatMoment(backend.created_at)}, <Age at={backend.created_at} /> ago
        </Fact>
        <Fact name="Last active">
          <Age at={backend.last_active_at} /> ago
        </Fact>
        {backend.refusals.length > 0 && (
          <Fact name="Refused by">
            {backend.refusals.map(({ drone, because }) => (
              <div key={drone}>
                {drone}: {because}
              </div>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Tags({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <span class="muted">none</span>;
  return (
    <span class="tags">
      {texts.map((text) => (
        <span key={text} class="tag">
          {text}
        </span>
      ))}
    </span>
  );
}

function placeOf({ drone, pool }: Backend): string {
  return pool === "" ? drone : `${drone} in pool ${pool}`;
}

function addressOf({ address, port }: Backend): string {
  return address === null ? `port ${port}` : `${address.host}:${address.port}`;
}

function accessOf({ access, static_token }: Backend): string {
  if (access === "public") return "public: anybody with the URL";
  return static_token ? "by one static token" : "by connection token";
}

function resourcesOf({ resources }: Backend): string {
  const { cpus, memory_bytes, disk_bytes, pids } = resources;
  const parts = [
    cpus === undefined ? undefined : `${formatCores(cpus)} CPU`,
    memory_bytes === undefined ? undefined : `${formatBytes(memory_bytes)} memory`,
    disk_bytes === undefined ? undefined : `${formatBytes(disk_bytes)} disk`,
    pids === undefined ? undefined : `${pids} pids`,
  ];
  return parts.filter((part) => part !== undefined).join(", ") || "no limits";
}

function limitsOf({ max_idle_seconds, expires_at, grace_seconds }: Backend): string {
  const idle = max_idle_seconds === null ? "none" : formatDuration(max_idle_seconds * 1_000);
  const life = expires_at === null ? "none" : `until ${formatMoment(expires_at)}`;
  return `idle ${idle}, lifetime ${life}, grace ${formatDuration(grace_seconds * 1_000)}`;
}

function leaseOf({ lease }: Backend): string {
  if (lease === null) return "ended with it";
  if (!lease.renewable) return "may not be renewed";
  return lease.expires_at === null ? "not held yet" : `until ${formatMoment(lease.expires_at)}`;
}
