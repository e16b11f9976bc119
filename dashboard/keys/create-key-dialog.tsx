import { useSignal } from "@preact/signals";
import type { CreatedApiKey } from "../../src/protocol/api-key.ts";
import { useDashboard } from "../app/dashboard.ts";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { EMPTY_KEY, type KeyForm, type KeyProblems, planKey } from "./key-request.ts";
import { ScopeChoice } from "./scope-choice.tsx";

interface CreateKeyProps {
  onClose: () => void;
  onCreated: (key: CreatedApiKey) => void;
}

export function CreateKeyDialog({ onClose, onCreated }: CreateKeyProps) {
  const { api, notices } = useDashboard();
  const form = useSignal<KeyForm>(EMPTY_KEY);
  const problems = useSignal<KeyProblems>({});
  const isBusy = useSignal(false);
  const change = (changes: Partial<KeyForm>) => {
    form.value = { ...form.value, ...changes };
    problems.value = {};
  };
  const create = async () => {
    const plan = planKey(form.value);
    if (!plan.isValid) {
      problems.value = plan.problems;
      return;
    }
    isBusy.value = true;
    try {
      onCreated(await api.client.createApiKey(plan.request));
    } catch (error) {
      notices.failed(error);
      isBusy.value = false;
    }
  };
  const text = (field: Exclude<keyof KeyForm, "scopes">) => ({
    id: `key-${field}`,
    value: form.value[field],
    problem: problems.value[field],
    onInput: (value: string) => change({ [field]: value }),
  });
  return (
    <Dialog title="Create an API key" onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextField
          {...text("name")}
          label="Name"
          hint="For people: who or what uses it."
          isRequired
        />
        <ScopeChoice
          chosen={form.value.scopes}
          problem={problems.value.scopes}
          onChange={(next) => change({ scopes: next })}
        />
        <div class="field-pair">
          <TextField {...text("namespace")} label="Namespace" hint="Empty: all." />
          <TextField
            {...text("expires")}
            label="Expires after, in days"
            hint="Empty: never."
            inputMode="decimal"
          />
          <TextField
            {...text("rate")}
            label="Requests a second"
            hint="Empty: the controller's limit."
            inputMode="decimal"
          />
          <TextField
            {...text("burst")}
            label="At once, after a rest"
            hint="Empty: two seconds' worth."
            inputMode="numeric"
          />
        </div>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
