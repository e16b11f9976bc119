import type { ApiKey } from "../../src/protocol/api-key.ts";
import { useDashboard } from "../app/dashboard.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { api, session, notices } = useDashboard();
  const { id, name } = apiKey;
  const revoke = async () => {
    try {
      await api.client.revokeApiKey(id);
      notices.done(`${name} was revoked`);
    } catch (error) {
      notices.failed(error);
    }
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Revoke ${name}?`}
      verb="Revoke"
      refusal="Keep it"
      onConfirm={revoke}
      onClose={onClose}
    >
      Whoever uses it is refused from now on, and what it holds open is closed.
      {id === session.key.id && <strong> It is the key that you are signed in with.</strong>}
    </ConfirmDialog>
  );
}
