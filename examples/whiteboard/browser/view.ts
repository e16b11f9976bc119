/** How the board lies behind the window: screen = board * scale + offset. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const HOME = { width: 1_000, height: 640 };
const SCALES = { least: 0.15, most: 6 };

/** The middle of the board in the middle of the window; everyone sees at least the same 1000 by 640. */
export function homeView(width: number, height: number): View {
  const scale = Math.min(Math.max(Math.min(width / HOME.width, height / HOME.height), 0.3), 1.5);
  return { scale, x: width / 2, y: height / 2 };
}

export function toBoard(view: View, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
}

export function toScreen(view: View, { x, y }: Point): Point {
  return { x: x * view.scale + view.x, y: y * view.scale + view.y };
}

export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** What is at the given place of the screen stays there. */
export function zoomed(view: View, factor: number, at: Point): View {
  const scale = Math.min(Math.max(view.scale * factor, SCALES.least), SCALES.most);
  const fixed = toBoard(view, at);
  return { scale, x: at.x - fixed.x * scale, y: at.y - fixed.y * scale };
}
