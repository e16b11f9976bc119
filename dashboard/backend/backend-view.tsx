import { useSignal } from "@preact/signals";
import { useLocation } from "wouter-preact";
import type { Backend } from "../../src/protocol/backend.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { BackLink } from "../ui/back-link.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Failed, Loading } from "../ui/states.tsx";
import { StatusChip } from "../ui/status-chip.tsx";
import { BackendFacts } from "./backend-facts.tsx";
import { EndPanel } from "./end-panel.tsx";
import { LogPanel } from "./log-panel.tsx";
import { MetricPanel } from "./metric-panel.tsx";
import { TerminateDialog } from "./terminate-dialog.tsx";
import { TimelinePanel } from "./timeline-panel.tsx";
import { TokenPanel } from "./token-panel.tsx";
import { type BackendNow, useBackend } from "./use-backend.ts";
import { WhyUpPanel } from "./why-up-panel.tsx";
import "./backend.css";

export function BackendView({ id }: { id: string }) {
  const { value, error, reload } = useBackend(id);
  const [, navigate] = useLocation();
  useTitle(value.value === undefined ? id : titleOf(value.value.backend));
  useShortcuts({ back: () => navigate("/backends") });
  if (value.value === undefined) {
    return (
      <div class="view">
        <BackLink href="/backends">Backends</BackLink>
        <h1 class="visually-hidden">Backend {id}</h1>
        {error.value === undefined ? (
          <Loading what="the backend" lines={10} />
        ) : (
          <Failed error={error.value} onRetry={reload} />
        )}
      </div>
    );
  }
  return <Found now={value.value} reload={reload} isStale={error.value !== undefined} />;
}

interface FoundProps {
  now: BackendNow;
  reload: () => void;
  isStale: boolean;
}

function Found({ now, reload, isStale }: FoundProps) {
  const { backend } = now;
  const isLive = backend.status !== "terminated";
  return (
    <div class="view backend-view" data-stale={isStale || undefined}>
      <BackLink href="/backends">Backends</BackLink>
      <BackendHead backend={backend} onEnded={reload} />
      <TimelinePanel timeline={backend.timeline} clockMs={now.clockMs} />
      <div class="backend-columns">
        <div class="backend-main">
          {backend.termination !== null && !isLive && (
            <EndPanel termination={backend.termination} />
          )}
          <MetricPanel backend={backend} />
          <LogPanel id={backend.id} isOver={!isLive} />
        </div>
        <div class="backend-side">
          {isLive && <WhyUpPanel now={now} />}
          {isLive && <TokenPanel backend={backend} />}
          <BackendFacts backend={backend} />
        </div>
      </div>
    </div>
  );
}

function BackendHead({ backend, onEnded }: { backend: Backend; onEnded: () => void }) {
  const { may } = useDashboard();
  const isAsking = useSignal(false);
  const { id, key, status, ended } = backend;
  const canEnd = may.connect && status !== "terminated";
  return (
    <div class="view-head backend-head-line">
      <h1>
        {key.namespace !== "" && <span class="namespace">{key.namespace}/</span>}
        {key.name}
      </h1>
      <span aria-live="polite">
        <StatusChip status={status} ended={ended} />
      </span>
      <span class="backend-id">
        <code>{id}</code>
        <CopyButton text={id} label="Copy the backend's id" />
      </span>
      {canEnd && (
        <button type="button" class="button danger" onClick={() => (isAsking.value = true)}>
          Terminate…
        </button>
      )}
      {isAsking.value && (
        <TerminateDialog
          backend={backend}
          onClose={() => (isAsking.value = false)}
          onDone={onEnded}
        />
      )}
    </div>
  );
}

function titleOf({ key, status }: Backend): string {
  return `${key.name} (${status})`;
}
