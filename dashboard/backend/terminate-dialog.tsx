import { useSignal } from "@preact/signals";
import type { Backend } from "../../src/protocol/backend.ts";
import { useDashboard } from "../app/dashboard.ts";
import { formatDuration } from "../format/format.ts";
import { Dialog } from "../ui/dialog.tsx";

interface TerminateDialogProps {
  backend: Backend;
  onClose: () => void;
  onDone: () => void;
}

export function TerminateDialog({ backend, onClose, onDone }: TerminateDialogProps) {
  const { api, notices } = useDashboard();
  const isHard = useSignal(false);
  const isBusy = useSignal(false);
  const terminate = async () => {
    isBusy.value = true;
    try {
      await api.client.terminate(backend.id, isHard.value ? { hard: true } : {});
      notices.done(`${backend.key.name} was asked to end`);
      onDone();
    } catch (error) {
      notices.failed(error);
    }
    onClose();
  };
  const grace = formatDuration(backend.grace_seconds * 1_000);
  return (
    <Dialog title={`Terminate ${backend.key.name}?`} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void terminate();
        }}
      >
        <p>
          What it holds in memory is gone, and its{" "}
          {backend.open_connections === 0 ? "" : `${backend.open_connections} `}open connections are
          closed. Its key is free for another backend.
        </p>
        <fieldset class="choices" aria-label="How">
          <Choice
            name="Soft"
            text={`A stop signal, and after ${grace} the kill.`}
            isChosen={!isHard.value}
            onChoose={() => (isHard.value = false)}
          />
          <Choice
            name="Hard"
            text="The kill at once: it saves nothing."
            isChosen={isHard.value}
            onChoose={() => (isHard.value = true)}
          />
        </fieldset>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" class="button danger" disabled={isBusy.value}>
            {isHard.value ? "Kill it" : "Terminate it"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  name: string;
  text: string;
  isChosen: boolean;
  onChoose: () => void;
}

function Choice({ name, text, isChosen, onChoose }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name="kind" checked={isChosen} onChange={onChoose} />
      <strong>{name}</strong>
      <span class="muted">{text}</span>
    </label>
  );
}
