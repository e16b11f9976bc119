import type { Visitor } from "../wire.ts";
import { element } from "./element.ts";
import { visitorColour } from "./palette.ts";

const FACES_SHOWN = 4;
const STORED_NAME = "whiteboard-name";

/** Who is here: faces in the corner, names in the sheet below them, where one's own can be changed. */
export function createPeople(onRename: (name: string) => void) {
  const input = element<HTMLInputElement>("#name");
  const form = element<HTMLFormElement>("#rename");
  const rename = () => {
    const name = input.value.trim();
    if (name === "") return;
    localStorage.setItem(STORED_NAME, name);
    onRename(name);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rename();
    element<HTMLDetailsElement>(".people").open = false;
  });
  input.addEventListener("change", rename);
  closeOnClickOutside();

  return {
    /** The name that this browser chose last time. */
    storedName: (): string | null => localStorage.getItem(STORED_NAME),
    show(visitors: ReadonlyMap<number, Visitor>, you: number): void {
      const own = visitors.get(you);
      const others = [...visitors.values()].filter(({ id }) => id !== you);
      const all = own === undefined ? others : [own, ...others];
      element("#faces").replaceChildren(...all.slice(0, FACES_SHOWN).map(face));
      element("#count").textContent = String(all.length);
      element("#names").replaceChildren(...all.map((visitor) => line(visitor, visitor.id === you)));
      form.hidden = own?.verified ?? true;
      if (document.activeElement !== input) input.value = own?.name ?? "";
    },
  };
}

function face({ name, colour }: Visitor): HTMLElement {
  const circle = document.createElement("span");
  circle.className = "face";
  circle.title = name;
  circle.ariaHidden = "true";
  circle.style.setProperty("--colour", visitorColour(colour));
  circle.textContent = initials(name);
  return circle;
}

function line(visitor: Visitor, isYou: boolean): HTMLElement {
  const item = document.createElement("li");
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = visitor.name;
  const note = document.createElement("span");
  note.className = "note";
  note.textContent = [isYou ? "you" : "", visitor.verified ? "✓ verified" : ""].join(" ").trim();
  item.append(face(visitor), who, note);
  return item;
}

function initials(name: string): string {
  const words = name.split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

function closeOnClickOutside(): void {
  const details = element<HTMLDetailsElement>(".people");
  addEventListener("pointerdown", ({ target }) => {
    if (details.open && !details.contains(target as Node)) details.open = false;
  });
  details.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") details.open = false;
  });
}
