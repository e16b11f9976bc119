import { ERASER } from "../wire.ts";
import { element } from "./element.ts";

export interface ToolbarEvents {
  onTool(ink: number, width: number): void;
  onUndo(): void;
  onFit(): void;
  onClear(): void;
}

const ERASER_TO_PEN = 5;
const ASKING_MS = 2_500;

/** Colours, widths, undo and clear, by mouse, finger or key. */
export function createToolbar(events: ToolbarEvents): void {
  const form = element<HTMLFormElement>("#tools");
  const choice = (name: string) => Number(new FormData(form).get(name));
  const tell = () => {
    const [ink, width] = [choice("ink"), choice("width")];
    events.onTool(ink, ink === ERASER ? width * ERASER_TO_PEN : width);
  };
  const choose = (name: string, value: number) => {
    const input = form.querySelector<HTMLInputElement>(`input[name=${name}][value="${value}"]`);
    if (input !== null) input.checked = true;
    tell();
  };
  const widen = (step: number) => {
    const inputs = [...form.querySelectorAll<HTMLInputElement>("input[name=width]")];
    const now = inputs.findIndex((input) => input.checked);
    const next = inputs[now + step];
    if (next !== undefined) choose("width", Number(next.value));
  };

  form.addEventListener("change", tell);
  element("#undo").addEventListener("click", events.onUndo);
  element("#fit").addEventListener("click", events.onFit);
  askBeforeClear(events.onClear);
  const shortcuts: Record<string, () => void> = {
    e: () => choose("ink", ERASER),
    p: () => choose("ink", 0),
    "[": () => widen(-1),
    "]": () => widen(1),
    "0": events.onFit,
  };
  for (let ink = 0; ink < 6; ink++) shortcuts[String(ink + 1)] = () => choose("ink", ink);
  addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type !== "radio") return;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const act = isCommand ? (key === "z" ? events.onUndo : undefined) : shortcuts[key];
    if (act === undefined || event.altKey) return;
    event.preventDefault();
    act();
  });
  tell();
}

/** The first click asks, the second clears: it is everyone's board. */
function askBeforeClear(onClear: () => void): void {
  const button = element("#clear");
  const icon = [...button.childNodes];
  const label = button.ariaLabel;
  let timer: number | undefined;
  const calm = () => {
    clearTimeout(timer);
    timer = undefined;
    button.classList.remove("asking");
    button.ariaLabel = label;
    button.replaceChildren(...icon);
  };
  button.addEventListener("click", () => {
    if (timer !== undefined) {
      calm();
      onClear();
      return;
    }
    button.classList.add("asking");
    button.ariaLabel = null;
    button.textContent = "Clear all?";
    timer = setTimeout(calm, ASKING_MS);
  });
}
