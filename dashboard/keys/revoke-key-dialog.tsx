import { useSignal } from "@preact/signals";
import type { ApiKey } from "../../src/protocol/api-key.ts";
import { useDashboard } from "../app/dashboard.ts";
import { Dialog } from "../ui/dialog.tsx";

export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { api, session, notices } = useDashboard();
  const isBusy = useSignal(false);
  const revoke = async () => {
    isBusy.value = true;
    try {
      await api.client.revokeApiKey(apiKey.id);
      notices.done(`${apiKey.name} was revoked`);
    } catch (error) {
      notices.failed(error);
    }
    onClose();
  };
  return (
    <Dialog title={`Revoke ${apiKey.name}?`} onClose={onClose}>
      <p>
        Whoever uses it is refused from now on, and what it holds open is closed.
        {apiKey.id === session.key.id && (
          <strong> It is the key that you are signed in with.</strong>
        )}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          class="button danger"
          disabled={isBusy.value}
          onClick={() => void revoke()}
        >
          Revoke
        </button>
      </div>
    </Dialog>
  );
}
