import type { CreatedApiKey } from "../../src/protocol/api-key.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** The one time that the secret is seen. */
export function NewKeyDialog({ apiKey, onClose }: { apiKey: CreatedApiKey; onClose: () => void }) {
  return (
    <Dialog title={`The key of ${apiKey.name}`} onClose={onClose}>
      <p>
        Copy it now: <strong>it is not shown again</strong>, and Hangar keeps only its hash.
      </p>
      <div class="spawned-url">
        <code data-secret>{apiKey.key}</code>
        <CopyButton text={apiKey.key} label="Copy the key" word="Copy" />
      </div>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  );
}
