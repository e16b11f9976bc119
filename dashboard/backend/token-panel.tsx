import { useSignal } from "@preact/signals";
import type { Backend } from "../../src/protocol/backend.ts";
import type { Access } from "../../src/protocol/spawn-config.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { formatAge, plural } from "../format/format.ts";
import { Age } from "../ui/age.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { second } from "../ui/now.ts";

const EVERY_MS = 15_000;
const MOST = 200;

/** Who may reach the backend, and how that is taken back. */
export function TokenPanel({ backend: { id, access } }: { backend: Backend }) {
  const { api, may, notices } = useDashboard();
  const { value, error, reload } = useLoad(
    (signal) => api.client.listTokens(id, { limit: MOST }, { signal }).page(),
    [id],
    EVERY_MS,
  );
  const asking = useSignal<{ tokenId?: string } | undefined>(undefined);
  const tokens = value.value?.tokens ?? [];
  const revoke = async (tokenId?: string) => {
    try {
      const { revoked } = await api.client.revokeTokens(
        id,
        tokenId === undefined ? "all" : { tokenId },
      );
      notices.done(`${plural(revoked, "token")} revoked; what they let in is closed`);
    } catch (problem) {
      notices.failed(problem);
    }
    asking.value = undefined;
    reload();
  };
  const canRevoke = may.connect;
  return (
    <section class="panel" aria-label="Connection tokens">
      <div class="panel-head">
        <h2>Connection tokens</h2>
        {canRevoke && tokens.length > 1 && (
          <button type="button" class="button small" onClick={() => (asking.value = {})}>
            Revoke all…
          </button>
        )}
      </div>
      {tokens.length === 0 ? (
        <p class="panel-body muted">{emptyText(access, value.value, error.value)}</p>
      ) : (
        <ul class="tokens">
          {tokens.map((token) => (
            <li key={token.id}>
              {token.user === null ? (
                <span class="ellipsis">no user</span>
              ) : (
                <strong class="ellipsis">{token.user}</strong>
              )}
              <span class="muted ellipsis" title={token.id}>
                <Age at={token.created_at} /> old, <Expiry at={token.expires_at} />,{" "}
                <code>{token.id}</code>
              </span>
              {canRevoke && (
                <button
                  type="button"
                  class="button small"
                  aria-label={`Revoke ${token.user ?? token.id}`}
                  onClick={() => (asking.value = { tokenId: token.id })}
                >
                  Revoke
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {asking.value !== undefined && (
        <RevokeDialog
          isAll={asking.value.tokenId === undefined}
          onClose={() => (asking.value = undefined)}
          onRevoke={() => revoke(asking.value?.tokenId)}
        />
      )}
    </section>
  );
}

function emptyText(access: Access, loaded: object | undefined, error: Error | undefined): string {
  if (access === "public") return "It is public: whoever knows its host is let in without one.";
  if (loaded !== undefined) return "No token lets anybody in.";
  return error === undefined ? "Loading…" : error.message;
}

function Expiry({ at }: { at: number }) {
  const { api } = useDashboard();
  second.value;
  const left = at - api.clock.now();
  return <>{left > 0 ? `${formatAge(left)} left` : "lapsed"}</>;
}

interface RevokeDialogProps {
  isAll: boolean;
  onClose: () => void;
  onRevoke: () => Promise<void>;
}

function RevokeDialog({ isAll, onClose, onRevoke }: RevokeDialogProps) {
  return (
    <ConfirmDialog
      title={isAll ? "Revoke all tokens?" : "Revoke this token?"}
      verb="Revoke"
      onConfirm={onRevoke}
      onClose={onClose}
    >
      {isAll ? "Their URLs lead" : "Its URL leads"} nowhere any more, and the live connections that{" "}
      {isAll ? "they" : "it"} let in are closed.
    </ConfirmDialog>
  );
}
