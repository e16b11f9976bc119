import type { Backend } from "../../src/protocol/backend.ts";
import { formatDuration, formatMoment } from "../format/format.ts";
import { resourcesText } from "../format/resources-text.ts";
import { Ago } from "../ui/age.tsx";
import { Fact } from "../ui/fact.tsx";
import { Tags } from "../ui/tags.tsx";

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
        <Fact name="Resources">{resourcesText(backend.resources)}</Fact>
        <Fact name="Limits">{limitsOf(backend)}</Fact>
        <Fact name="Lease">{leaseOf(backend)}</Fact>
        <Fact name="Fencing token">{backend.fencing_token}</Fact>
        <Fact name="Created">
          {formatMoment(backend.created_at)}, <Ago at={backend.created_at} />
        </Fact>
        <Fact name="Last active">
          <Ago at={backend.last_active_at} />
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
