import type { Service } from "../../src/protocol/service.ts";
import { formatDuration, formatMoment } from "../format/format.ts";
import { resourcesText } from "../format/resources-text.ts";
import { Fact } from "../ui/fact.tsx";
import { Tags } from "../ui/tags.tsx";

/** What its backends are spawned with. */
export function ServiceFacts({ service }: { service: Service }) {
  const { spawn, env_names, has_credentials, created_at, namespace } = service;
  const labels = Object.entries(spawn.labels ?? {}).map((pair) => pair.join("="));
  return (
    <section class="panel" aria-label="What it spawns">
      <div class="panel-head">
        <h2>What it spawns</h2>
      </div>
      <dl class="panel-body facts">
        <Fact name="Image">
          {spawn.image === undefined ? (
            <span class="muted">none yet: its clients set one</span>
          ) : (
            <code>{spawn.image}</code>
          )}
        </Fact>
        {spawn.command !== undefined && (
          <Fact name="Command">
            <code>{spawn.command.join(" ")}</code>
          </Fact>
        )}
        <Fact name="Namespace">
          <code>{namespace}</code>
        </Fact>
        <Fact name="Env">
          <Tags texts={env_names} />
        </Fact>
        <Fact name="Labels">
          <Tags texts={labels} />
        </Fact>
        <Fact name="Registry">{has_credentials ? "with credentials" : "without credentials"}</Fact>
        <Fact name="Port">{spawn.port ?? "the default"}</Fact>
        <Fact name="Access">
          {spawn.access === "public" ? "public: anybody with the URL" : "by connection token"}
        </Fact>
        <Fact name="Resources">{resourcesText(spawn.resources ?? {})}</Fact>
        <Fact name="Ends">{endText(spawn)}</Fact>
        {spawn.pool !== undefined && spawn.pool !== "" && <Fact name="Pool">{spawn.pool}</Fact>}
        {spawn.cluster !== undefined && <Fact name="Cluster">{spawn.cluster}</Fact>}
        <Fact name="Created">{formatMoment(created_at)}</Fact>
      </dl>
    </section>
  );
}

function endText({ max_idle_seconds, lifetime_limit_seconds }: Service["spawn"]): string {
  const ends = [
    ...(max_idle_seconds === undefined
      ? []
      : [`when idle for ${formatDuration(max_idle_seconds * 1_000)}`]),
    ...(lifetime_limit_seconds === undefined
      ? []
      : [`after ${formatDuration(lifetime_limit_seconds * 1_000)}`]),
  ];
  return ends.length === 0 ? "not by itself" : ends.join(", ");
}
