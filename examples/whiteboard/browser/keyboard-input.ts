import type { DrawingSurface } from "./pointer-input.ts";
import { type Point, toScreen, zoomed } from "./view.ts";

const STEP = 6;
const LARGE_STEP = 36;

const DIRECTIONS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Arrow keys move a pen that Space puts down and lifts, so that nobody needs a pointer. */
export function listenToKeys(
  canvas: HTMLElement,
  surface: DrawingSurface,
  showPen: (at: Point | undefined) => void,
): void {
  let at: Point | undefined;
  let isDown = false;

  canvas.addEventListener("keydown", (event) => {
    const act = actionFor(event);
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  canvas.addEventListener("pointerdown", rest);
  canvas.addEventListener("blur", rest);

  function actionFor({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
    const direction = DIRECTIONS[key];
    if (direction !== undefined) return () => step(direction, shiftKey ? LARGE_STEP : STEP);
    if (key === " ") return toggle;
    if (key === "Escape") return rest;
    if (key === "+" || key === "=") return () => zoom(1.25);
    if (key === "-") return () => zoom(0.8);
    return undefined;
  }

  function step(direction: Point, length: number): void {
    const from = at ?? middle();
    at = { x: from.x + direction.x * length, y: from.y + direction.y * length };
    showPen(at);
    surface.pointAt(at);
    if (isDown) surface.penMove(at);
  }

  function toggle(): void {
    at ??= middle();
    showPen(at);
    if (isDown) surface.penUp();
    else surface.penDown(at);
    isDown = !isDown;
  }

  function rest(): void {
    if (isDown) surface.penUp();
    isDown = false;
    at = undefined;
    showPen(undefined);
  }

  function zoom(factor: number): void {
    surface.view = zoomed(surface.view, factor, at ?? middle());
  }

  function middle(): Point {
    return toScreen(surface.view, { x: 0, y: 0 });
  }
}
