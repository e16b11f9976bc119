import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { HangarError } from "../../src/client/hangar-error.ts";
import { TextField } from "../ui/field.tsx";
import { Icon, Mark } from "../ui/icon.tsx";
import { Arches } from "./arches.tsx";
import "./sign-in.css";

interface SignInProps {
  because: string | undefined;
  onKey: (key: string) => Promise<void>;
}

export function SignIn({ because, onKey }: SignInProps) {
  const key = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const isAsking = useSignal(false);
  useEffect(() => {
    document.title = "Sign in · Hangar";
    document.querySelector<HTMLInputElement>("#api-key")?.focus();
  }, []);
  const submit = async () => {
    isAsking.value = true;
    try {
      await onKey(key.value.trim());
    } catch (error) {
      problem.value = problemText(error);
      isAsking.value = false;
    }
  };
  return (
    <main class="sign-in">
      <Arches />
      <form
        class="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="sign-in-brand">
          <Mark size={32} />
          <h1>Hangar</h1>
        </div>
        {because !== undefined && <p role="status">{because}</p>}
        <TextField
          id="api-key"
          label="API key"
          type="password"
          autocomplete="current-password"
          isMono
          isRequired
          value={key.value}
          problem={problem.value}
          onInput={(value) => {
            key.value = value;
            problem.value = undefined;
          }}
        />
        <button type="submit" class="button primary" disabled={isAsking.value}>
          {isAsking.value ? "Signing in…" : "Sign in"}
          <Icon name="forward" size={14} />
        </button>
        <p class="sign-in-hint">
          The first start left an admin key in <code>keys/admin.key</code> of its data dir. More:{" "}
          <code>hangar keys create</code>.
        </p>
        <div role="alert" class="visually-hidden">
          {problem.value}
        </div>
      </form>
    </main>
  );
}

function problemText(error: unknown): string {
  if (!(error instanceof HangarError)) return String(error);
  if (error.code === "unauthorized") return "This key is not known here, or has expired.";
  return error.message;
}
