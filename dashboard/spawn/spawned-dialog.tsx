import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Status } from "../../src/protocol/backend-state.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { useDashboard } from "../app/dashboard.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { StatusChip } from "../ui/status-chip.tsx";

interface SpawnedProps {
  response: ConnectResponse;
  onClose: () => void;
}

/** The URL that lets one user in, while its backend starts. */
export function SpawnedDialog({ response, onClose }: SpawnedProps) {
  const { may } = useDashboard();
  const status = useStatus(response);
  const { backend_id, key, spawned, url } = response;
  return (
    <Dialog title={spawned ? "Spawned" : "Found its live backend"} onClose={onClose}>
      <dl class="facts">
        <dt>Key</dt>
        <dd>{key.namespace === "" ? key.name : `${key.namespace}/${key.name}`}</dd>
        <dt>Backend</dt>
        <dd>
          {may.read ? (
            <Link href={`/backends/${backend_id}`}>
              <code>{backend_id}</code>
            </Link>
          ) : (
            <code>{backend_id}</code>
          )}
        </dd>
        <dt>Status</dt>
        <dd role="status">
          <StatusChip status={status} />
        </dd>
      </dl>
      <div class="spawned-url">
        <code>{url}</code>
        <CopyButton text={url} label="Copy the URL" word="Copy" />
      </div>
      <p class="muted">
        Whoever has this URL is let in. It holds requests until the backend is ready.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
        <a class="button primary" href={url} target="_blank" rel="noopener noreferrer">
          Open <Icon name="open" size={14} />
        </a>
      </div>
    </Dialog>
  );
}

/** Of its public stream, which every key may follow. */
function useStatus({ backend_id, status }: ConnectResponse): Status {
  const { api } = useDashboard();
  const now = useSignal(status);
  useEffect(() => {
    const stop = new AbortController();
    const follow = async () => {
      const options = { signal: stop.signal };
      for await (const told of api.client.statusStream(backend_id, options))
        now.value = told.status;
    };
    follow().catch(() => undefined);
    return () => stop.abort();
  }, [api, backend_id]);
  return now.value;
}
