import type { Visitor } from "../wire.ts";
import { visitorColour } from "./palette.ts";
import { type Point, toScreen, type View } from "./view.ts";

const ARROW = "M4 2.5 19 11l-6.7 1.7L8.900 19z";
const SVG = "http://www.w3.org/2000/svg";

interface Cursor {
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  at: Point | undefined;
}

/** The others' pointers with their names, and this visitor's own when it is moved by keys. */
export class Cursors {
  readonly #layer: HTMLElement;
  readonly #cursors = new Map<number, Cursor>();

  constructor(layer: HTMLElement) {
    this.#layer = layer;
  }

  show({ id, name, colour }: Visitor, isOwn: boolean): void {
    const cursor = this.#cursors.get(id) ?? this.#add(id);
    cursor.element.style.setProperty("--colour", visitorColour(colour));
    cursor.element.classList.toggle("own", isOwn);
    cursor.label.textContent = isOwn ? "You" : name;
  }

  move(id: number, at: Point | undefined): void {
    const cursor = this.#cursors.get(id);
    if (cursor !== undefined) cursor.at = at;
  }

  remove(id: number): void {
    this.#cursors.get(id)?.element.remove();
    this.#cursors.delete(id);
  }

  clear(): void {
    for (const id of [...this.#cursors.keys()]) this.remove(id);
  }

  place(view: View): void {
    for (const { element, at } of this.#cursors.values()) {
      element.hidden = at === undefined;
      if (at === undefined) continue;
      const { x, y } = toScreen(view, at);
      element.style.transform = `translate(${x - 4}px, ${y - 3}px)`;
    }
  }

  #add(id: number): Cursor {
    const element = document.createElement("div");
    element.className = "cursor";
    element.hidden = true;
    const arrow = document.createElementNS(SVG, "svg");
    arrow.setAttribute("viewBox", "0 0 20 20");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ARROW);
    arrow.append(path);
    const label = document.createElement("span");
    element.append(arrow, label);
    this.#layer.append(element);
    const cursor: Cursor = { element, label, at: undefined };
    this.#cursors.set(id, cursor);
    return cursor;
  }
}
