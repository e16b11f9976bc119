import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog.tsx";

interface ConfirmProps {
  title: string;
  /** What the button does, and what its opposite says. */
  verb: string;
  refusal?: string;
  children: ComponentChildren;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmProps) {
  const { title, verb, refusal = "Cancel", children, onConfirm, onClose } = props;
  const isBusy = useSignal(false);
  const confirm = async () => {
    isBusy.value = true;
    await onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {refusal}
        </button>
        <button
          type="button"
          class="button danger"
          disabled={isBusy.value}
          onClick={() => void confirm()}
        >
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
