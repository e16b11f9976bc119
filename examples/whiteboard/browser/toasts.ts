import { element } from "./element.ts";

const SHOWN_MS = 3_500;

/** A word at the edge that goes by itself; screen readers say it. */
export function toast(text: string): void {
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  element("#toasts").append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}
