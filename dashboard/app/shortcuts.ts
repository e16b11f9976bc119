export type Shortcut = "search" | "next" | "previous" | "first" | "last" | "open" | "back" | "help";

export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  /** Where the keyboard is: a key that types something there is no shortcut. */
  readonly where: "text" | "control" | "dialog" | "page";
}

const OF_KEY: Record<string, Shortcut> = {
  "/": "search",
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
  Enter: "open",
  Escape: "back",
  "?": "help",
};

/** What a key asks for, if it asks for anything here. */
export function shortcutOf({ key, hasModifier, where }: KeyPress): Shortcut | undefined {
  if (hasModifier || where === "dialog") return undefined;
  const shortcut = OF_KEY[key];
  if (where === "text") return key === "Escape" ? shortcut : undefined;
  // A link or button that has the focus is what Enter is for.
  if (where === "control" && key === "Enter") return undefined;
  return shortcut;
}

/** For the help dialog. */
export const SHORTCUT_HELP: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["/"], does: "Search" },
  { keys: ["j", "↓"], does: "Next row" },
  { keys: ["k", "↑"], does: "Previous row" },
  { keys: ["Home", "End"], does: "First and last row" },
  { keys: ["Enter"], does: "Open the row" },
  { keys: ["Esc"], does: "Leave the search, or go back" },
  { keys: ["?"], does: "This help" },
];
