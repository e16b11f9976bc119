import { useSignal } from "@preact/signals";
import type { Drone } from "../../src/protocol/drone.ts";
import { useDashboard } from "../app/dashboard.ts";
import { plural } from "../format/format.ts";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";

interface DrainDialogProps {
  drone: Drone;
  onClose: () => void;
  onDone: () => void;
}

export function DrainDialog({ drone, onClose, onDone }: DrainDialogProps) {
  const { api, notices } = useDashboard();
  const seconds = useSignal("");
  const isBusy = useSignal(false);
  const isValid = /^\d{0,8}$/.test(seconds.value.trim());
  const drain = async () => {
    isBusy.value = true;
    const after = seconds.value.trim();
    try {
      await api.client.drain(
        drone.name,
        after === "" ? {} : { terminate_after_seconds: Number(after) },
      );
      notices.done(`${drone.name} takes no new backends`);
      onDone();
    } catch (error) {
      notices.failed(error);
    }
    onClose();
  };
  return (
    <Dialog title={`Drain ${drone.name}?`} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) void drain();
        }}
      >
        <p>
          It is given no new backends. It has {plural(drone.live_backends, "live backend")}, which
          run on, unless you say when they are to be asked to end.
        </p>
        <TextField
          id="drain-after"
          label="Ask them to end after, in seconds"
          hint="Empty: they run on."
          problem={isValid ? undefined : "a whole number"}
          inputMode="numeric"
          value={seconds.value}
          onInput={(value) => (seconds.value = value)}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={!isValid || isBusy.value}>
            Drain
          </button>
        </div>
      </form>
    </Dialog>
  );
}
