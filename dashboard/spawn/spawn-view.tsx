import { useSignal } from "@preact/signals";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { SpawnFields } from "./spawn-fields.tsx";
import { EMPTY_FORM, type Problems, planSpawn, type SpawnForm } from "./spawn-request.ts";
import { SpawnedDialog } from "./spawned-dialog.tsx";
import "./spawn.css";

/** As it was left, so that a look elsewhere costs nothing. */
let lastForm = EMPTY_FORM;

export function SpawnView() {
  useTitle("Spawn");
  const { api, notices } = useDashboard();
  const form = useSignal<SpawnForm>(lastForm);
  const problems = useSignal<Problems>({});
  const isBusy = useSignal(false);
  const connected = useSignal<ConnectResponse | undefined>(undefined);
  const change = (changes: Partial<SpawnForm>) => {
    form.value = { ...form.value, ...changes };
    lastForm = form.value;
    if (Object.keys(problems.value).length > 0) problems.value = problemsOf(form.value);
  };
  const spawn = async () => {
    const plan = planSpawn(form.value);
    problems.value = problemsOf(form.value);
    if (!plan.isValid) return focusFirstProblem();
    isBusy.value = true;
    try {
      connected.value = await api.client.connect(plan.request);
    } catch (error) {
      notices.failed(error);
    }
    isBusy.value = false;
  };
  return (
    <div class="view spawn-view">
      <div class="view-head">
        <h1>Spawn a backend</h1>
        <p class="muted">or connect to the key's live one</p>
      </div>
      <form
        class="spawn-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void spawn();
        }}
      >
        <SpawnFields form={form.value} problems={problems.value} onChange={change} />
        <div class="spawn-actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              problems.value = {};
              change(EMPTY_FORM);
            }}
          >
            Clear
          </button>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {isBusy.value ? "Connecting…" : "Connect"}
          </button>
        </div>
      </form>
      {connected.value !== undefined && (
        <SpawnedDialog
          response={connected.value}
          onClose={() => {
            connected.value = undefined;
          }}
        />
      )}
    </div>
  );
}

function problemsOf(form: SpawnForm): Problems {
  const plan = planSpawn(form);
  return plan.isValid ? {} : plan.problems;
}

function focusFirstProblem(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(".spawn-form [aria-invalid=true]")?.focus(),
  );
}
