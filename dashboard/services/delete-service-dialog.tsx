import type { Service } from "../../src/protocol/service.ts";
import { useDashboard } from "../app/dashboard.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

interface DeleteServiceProps {
  service: Service;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteServiceDialog({ service, onClose, onDeleted }: DeleteServiceProps) {
  const { api, notices } = useDashboard();
  const { account, name } = service;
  const remove = async () => {
    try {
      await api.client.deleteService({ account, name });
      notices.done(`${account}/${name} was deleted`);
      onDeleted();
    } catch (error) {
      notices.failed(error);
      onClose();
    }
  };
  return (
    <ConfirmDialog
      title={`Delete ${account}/${name}?`}
      verb="Delete"
      refusal="Keep it"
      onConfirm={remove}
      onClose={onClose}
    >
      Nobody connects to it any more, and its env and credentials are forgotten. Its backends live
      on.
    </ConfirmDialog>
  );
}
