import { type Signal, signal } from "@preact/signals";

/** "system" follows the device. public/theme.js reads the same entry before the first paint. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const ENTRY = "hangar-theme";

export class ThemeKeeper {
  readonly chosen: Signal<Theme> = signal(stored());

  choose(theme: Theme): void {
    this.chosen.value = theme;
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
    try {
      if (theme === "system") localStorage.removeItem(ENTRY);
      else localStorage.setItem(ENTRY, theme);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

function stored(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}
