import { useSignal } from "@preact/signals";
import type { CreatedApiKey, Scope } from "../../src/protocol/api-key.ts";
import { useDashboard } from "../app/dashboard.ts";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { EMPTY_KEY, type KeyForm, type KeyProblems, planKey, SCOPE_TEXTS } from "./key-request.ts";

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
  const { name, scopes, namespace, expires } = form.value;
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
          id="key-name"
          label="Name"
          hint="For people: who or what uses it."
          isRequired
          value={name}
          problem={problems.value.name}
          onInput={(value) => change({ name: value })}
        />
        <Scopes
          chosen={scopes}
          problem={problems.value.scopes}
          onChange={(next) => change({ scopes: next })}
        />
        <div class="field-pair">
          <TextField
            id="key-namespace"
            label="Namespace"
            hint="Empty: all."
            value={namespace}
            problem={problems.value.namespace}
            onInput={(value) => change({ namespace: value })}
          />
          <TextField
            id="key-expires"
            label="Expires after, in days"
            hint="Empty: never."
            inputMode="decimal"
            value={expires}
            problem={problems.value.expires}
            onInput={(value) => change({ expires: value })}
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

interface ScopesProps {
  chosen: readonly Scope[];
  problem: string | undefined;
  onChange: (chosen: readonly Scope[]) => void;
}

function Scopes({ chosen, problem, onChange }: ScopesProps) {
  return (
    <fieldset class="field scopes" data-problem={problem !== undefined || undefined}>
      <legend>Scopes</legend>
      {(Object.keys(SCOPE_TEXTS) as Scope[]).map((scope) => (
        <label key={scope} class="scope">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
            }
          />
          <strong>{scope}</strong>
          <span class="muted">{SCOPE_TEXTS[scope]}</span>
        </label>
      ))}
      {problem !== undefined && (
        <p class="field-note" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
