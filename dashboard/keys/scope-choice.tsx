import type { Scope } from "../../src/protocol/api-key.ts";
import { SCOPE_TEXTS } from "./key-request.ts";

interface ScopeChoiceProps {
  chosen: readonly Scope[];
  problem: string | undefined;
  onChange: (chosen: readonly Scope[]) => void;
}

export function ScopeChoice({ chosen, problem, onChange }: ScopeChoiceProps) {
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
