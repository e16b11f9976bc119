import { ERASER, INKS, type Stroke } from "../wire.ts";
import type { View } from "./view.ts";

const GRID = 28;

/**
 * Draws the board. Finished strokes are kept as a picture and only drawn again when the view, the
 * window or the colours change; live ones are drawn over that picture on each frame.
 */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #screen: CanvasRenderingContext2D;
  readonly #picture: CanvasRenderingContext2D;
  readonly #paths = new WeakMap<Stroke, Path2D>();
  #inks: string[] = [];
  #isStale = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#screen = context(canvas);
    this.#picture = context(document.createElement("canvas"));
    this.readColours();
    this.resize();
  }

  get width(): number {
    return this.#canvas.clientWidth;
  }

  get height(): number {
    return this.#canvas.clientHeight;
  }

  readColours(): void {
    const style = getComputedStyle(this.#canvas);
    this.#inks = Array.from({ length: INKS }, (_, ink) => style.getPropertyValue(`--ink-${ink}`));
    this.#isStale = true;
  }

  resize(): void {
    for (const { canvas } of [this.#screen, this.#picture]) {
      canvas.width = Math.round(this.width * devicePixelRatio);
      canvas.height = Math.round(this.height * devicePixelRatio);
    }
    this.#isStale = true;
  }

  /** What is finished has changed other than by one more stroke, or the view has. */
  invalidate(): void {
    this.#isStale = true;
  }

  /** One stroke more, without drawing the others again. */
  addFinished(stroke: Stroke, view: View): void {
    if (this.#isStale) return;
    this.#place(this.#picture, view);
    this.#draw(this.#picture, stroke, this.#pathOf(stroke));
  }

  paint(live: Iterable<Stroke>, finished: Iterable<Stroke>, view: View): void {
    if (this.#isStale) this.#paintPicture(finished, view);
    wipe(this.#screen);
    this.#screen.drawImage(this.#picture.canvas, 0, 0);
    this.#place(this.#screen, view);
    for (const stroke of live) this.#draw(this.#screen, stroke, trace(stroke.points));
  }

  #paintPicture(finished: Iterable<Stroke>, view: View): void {
    wipe(this.#picture);
    this.#place(this.#picture, view);
    for (const stroke of finished) this.#draw(this.#picture, stroke, this.#pathOf(stroke));
    this.#isStale = false;
    const { style } = this.#canvas;
    style.setProperty("--grid", `${GRID * view.scale * (view.scale < 0.5 ? 2 : 1)}px`);
    style.setProperty("--grid-x", `${view.x}px`);
    style.setProperty("--grid-y", `${view.y}px`);
  }

  #draw(on: CanvasRenderingContext2D, { ink, width }: Stroke, path: Path2D): void {
    on.globalCompositeOperation = ink === ERASER ? "destination-out" : "source-over";
    on.strokeStyle = this.#inks[ink] ?? "#000";
    on.lineWidth = width;
    on.stroke(path);
  }

  #pathOf(stroke: Stroke): Path2D {
    let path = this.#paths.get(stroke);
    if (path === undefined) {
      path = trace(stroke.points);
      this.#paths.set(stroke, path);
    }
    return path;
  }

  #place(on: CanvasRenderingContext2D, { scale, x, y }: View): void {
    const ratio = devicePixelRatio;
    on.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
    on.lineCap = "round";
    on.lineJoin = "round";
  }
}

/** Through the middles between the points, so that corners become curves. */
function trace(points: readonly number[]): Path2D {
  const path = new Path2D();
  let [x = 0, y = 0] = points;
  path.moveTo(x, y);
  for (let i = 2; i + 1 < points.length; i += 2) {
    const nextX = points[i] ?? x;
    const nextY = points[i + 1] ?? y;
    path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    x = nextX;
    y = nextY;
  }
  path.lineTo(x, y);
  return path;
}

function wipe(on: CanvasRenderingContext2D): void {
  on.setTransform(1, 0, 0, 1, 0, 0);
  on.globalCompositeOperation = "source-over";
  on.clearRect(0, 0, on.canvas.width, on.canvas.height);
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser has no 2d canvas");
  return found;
}
