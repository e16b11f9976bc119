import { Icon } from "../ui/icon.tsx";
import type { IconName } from "../ui/icon-paths.ts";
import { useDashboard } from "./dashboard.ts";
import { THEMES, type Theme } from "./theme.ts";

const THEME_ICONS: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

/** Who is signed in, the theme, and the way out. */
export function SessionFoot({ onHelp }: { onHelp: () => void }) {
  const { session, theme, signOut } = useDashboard();
  const { name, scopes, namespace } = session.key;
  return (
    <div class="session-foot">
      <p class="session-key">
        <strong class="ellipsis">{name}</strong>
        <span class="muted">
          {scopes.join(", ")}
          {namespace !== null && ` in ${namespace}`}
        </span>
      </p>
      <div class="session-tools">
        <fieldset class="segmented" aria-label="Theme">
          {THEMES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={theme.chosen.value === each}
              aria-label={`${each} theme`}
              title={`${each} theme`}
              onClick={() => theme.choose(each)}
            >
              <Icon name={THEME_ICONS[each]} size={14} />
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          class="icon-button"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={onHelp}
        >
          <Icon name="help" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Sign out"
          title="Sign out"
          onClick={signOut}
        >
          <Icon name="leave" />
        </button>
      </div>
    </div>
  );
}
