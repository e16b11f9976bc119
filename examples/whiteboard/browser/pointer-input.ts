import { type Point, panned, type View, zoomed } from "./view.ts";

export interface DrawingSurface {
  view: View;
  penDown(at: Point): void;
  penMove(at: Point): void;
  penUp(): void;
  /** A second finger came: the first was not meant to draw. */
  penDiscard(): void;
  pointAt(at: Point | undefined): void;
}

const WHEEL_ZOOM = 0.01;
/** A stroke that has come further is meant, even when another finger touches. */
const DISCARD_WITHIN_MS = 250;

/** One pointer draws; two fingers, the wheel or the middle button move the board. */
export function listenToPointers(canvas: HTMLElement, surface: DrawingSurface): void {
  const pointers = new Map<number, Point>();
  let drawing: { id: number; sinceMs: number } | undefined;

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, pointOf(event));
    if (event.button === 0 && pointers.size === 1) {
      drawing = { id: event.pointerId, sinceMs: event.timeStamp };
      surface.penDown(pointOf(event));
    } else if (drawing !== undefined) {
      const isSlip = event.timeStamp - drawing.sinceMs < DISCARD_WITHIN_MS;
      drawing = undefined;
      if (isSlip) surface.penDiscard();
      else surface.penUp();
    }
    canvas.classList.toggle("panning", drawing === undefined);
  });

  canvas.addEventListener("pointermove", (event) => {
    surface.pointAt(pointOf(event));
    if (drawing?.id === event.pointerId) {
      for (const step of stepsOf(event)) surface.penMove(pointOf(step));
    } else if (pointers.has(event.pointerId)) {
      surface.view = moved(surface.view, pointers, event);
    }
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, pointOf(event));
  });

  for (const type of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(type, ({ pointerId }) => {
      pointers.delete(pointerId);
      if (drawing?.id === pointerId) surface.penUp();
      if (drawing?.id === pointerId || pointers.size === 0) drawing = undefined;
      canvas.classList.remove("panning");
    });
  }

  canvas.addEventListener("pointerleave", () => surface.pointAt(undefined));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { view } = surface;
      surface.view = event.ctrlKey
        ? zoomed(view, Math.exp(-event.deltaY * WHEEL_ZOOM), pointOf(event))
        : panned(view, -event.deltaX, -event.deltaY);
    },
    { passive: false },
  );
}

/** The view after one of the pointers that hold it has moved: with two, their distance is the zoom. */
function moved(view: View, pointers: ReadonlyMap<number, Point>, event: PointerEvent): View {
  const before = pointers.get(event.pointerId);
  if (before === undefined) return view;
  const now = pointOf(event);
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (other === undefined) return panned(view, now.x - before.x, now.y - before.y);
  const half = panned(view, (now.x - before.x) / 2, (now.y - before.y) / 2);
  const factor = distance(now, other) / Math.max(1, distance(before, other));
  return zoomed(half, factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
}

/** All places between two frames; some browsers give none for their own synthetic events. */
function stepsOf(event: PointerEvent): readonly PointerEvent[] {
  const steps = event.getCoalescedEvents?.() ?? [];
  return steps.length > 0 ? steps : [event];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function pointOf({ clientX, clientY }: MouseEvent): Point {
  return { x: clientX, y: clientY };
}
