import { Board } from "../board.ts";
import type { BoardChange, ClientMessage, ServerMessage, Visitor } from "../wire.ts";
import { CursorReport } from "./cursor-report.ts";
import { Cursors } from "./cursors.ts";
import type { Painter } from "./painter.ts";
import { Pen } from "./pen.ts";
import type { DrawingSurface } from "./pointer-input.ts";
import { homeView, type Point, toBoard, type View } from "./view.ts";

export interface PageDeps {
  painter: Painter;
  cursorLayer: HTMLElement;
  isConnected(): boolean;
  send(message: ClientMessage): void;
  onVisitors(visitors: ReadonlyMap<number, Visitor>, you: number): void;
  onNews(text: string): void;
}

/** What this window shows and what its visitor does, between the server's messages and the screen. */
export class Page implements DrawingSurface {
  readonly pen = new Pen();
  readonly #deps: PageDeps;
  readonly #board = new Board();
  readonly #cursors: Cursors;
  readonly #report = new CursorReport();
  readonly #visitors = new Map<number, Visitor>();
  #you = 0;
  #view: View;
  #isHome = true;
  #isFrameAsked = false;

  constructor(deps: PageDeps) {
    this.#deps = deps;
    this.#cursors = new Cursors(deps.cursorLayer);
    this.#view = homeView(deps.painter.width, deps.painter.height);
    this.redraw();
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    this.#isHome = false;
    this.redraw();
  }

  goHome(): void {
    this.view = homeView(this.#deps.painter.width, this.#deps.painter.height);
    this.#isHome = true;
  }

  resize(): void {
    this.#deps.painter.resize();
    if (this.#isHome) this.goHome();
    else this.redraw();
  }

  redraw(): void {
    this.#deps.painter.invalidate();
    this.#askFrame();
  }

  penDown(at: Point): void {
    this.pen.down(toBoard(this.#view, at));
    this.#askFrame();
  }

  penMove(at: Point): void {
    this.pen.moveTo(toBoard(this.#view, at));
    this.#askFrame();
  }

  penUp(): void {
    this.pen.up();
    this.#askFrame();
  }

  penDiscard(): void {
    this.penUp();
    this.#tell();
    this.#deps.send({ type: "undo" });
  }

  pointAt(at: Point | undefined): void {
    this.#report.pointAt(at && toBoard(this.#view, at));
    this.#askFrame();
  }

  /** Shows this visitor's own cursor, for drawing by keys. */
  showOwnPen(at: Point | undefined): void {
    const own = this.#visitors.get(this.#you);
    if (own !== undefined) this.#cursors.show(own, true);
    this.#cursors.move(this.#you, at && toBoard(this.#view, at));
    this.#askFrame();
  }

  receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        break;
      case "visitor":
        this.#show(message.visitor);
        break;
      case "left":
        this.#farewell(message.id);
        break;
      case "cursors":
        for (const [id, at] of message.cursors) {
          if (id !== this.#you) this.#cursors.move(id, at ? { x: at[0], y: at[1] } : undefined);
        }
        break;
      case "change":
        this.#apply(message.by, message.change);
        break;
      default:
        message satisfies never;
    }
    this.#askFrame();
  }

  #welcome({ you, visitors, finished, live }: ServerMessage & { type: "welcome" }): void {
    this.#you = you;
    this.#cursors.clear();
    this.#visitors.clear();
    for (const visitor of visitors) {
      this.#visitors.set(visitor.id, visitor);
      if (visitor.id !== you) this.#cursors.show(visitor, false);
    }
    this.#board.load(finished, live);
    this.pen.forgetSent();
    this.#deps.onVisitors(this.#visitors, you);
    this.redraw();
  }

  #show(visitor: Visitor): void {
    const isNew = !this.#visitors.has(visitor.id);
    this.#visitors.set(visitor.id, visitor);
    if (visitor.id !== this.#you) this.#cursors.show(visitor, false);
    if (isNew) this.#deps.onNews(`${visitor.name} joined`);
    this.#deps.onVisitors(this.#visitors, this.#you);
  }

  #farewell(id: number): void {
    const name = this.#visitors.get(id)?.name;
    this.#visitors.delete(id);
    this.#cursors.remove(id);
    if (name !== undefined) this.#deps.onNews(`${name} left`);
    this.#deps.onVisitors(this.#visitors, this.#you);
  }

  #apply(by: number, change: BoardChange): void {
    const { painter } = this.#deps;
    const ended = change.type === "end" ? this.#board.liveStroke(change.id) : undefined;
    this.#board.apply(change);
    if (ended !== undefined) {
      painter.addFinished(ended, this.#view);
      if (by === this.#you) this.pen.confirm();
    }
    if (change.type === "remove" || change.type === "clear") painter.invalidate();
    if (change.type === "clear" && by !== this.#you) {
      this.#deps.onNews(`${this.#visitors.get(by)?.name ?? "Someone"} cleared the board`);
    }
  }

  #askFrame(): void {
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    requestAnimationFrame((nowMs) => this.#frame(nowMs));
  }

  #frame(nowMs: number): void {
    this.#isFrameAsked = false;
    this.#tell();
    const cursor = this.#report.next(nowMs);
    if (cursor !== undefined) this.#deps.send(cursor);
    if (this.#report.isDue) this.#askFrame();
    this.#cursors.place(this.#view);
    this.#deps.painter.paint(this.#liveStrokes(), this.#board.finished, this.#view);
    const isDrawn = !this.#board.isEmpty || this.pen.drafts.length > 0;
    document.body.classList.toggle("drawn", isDrawn);
  }

  /** This visitor's own are drawn from its drafts, which are ahead of what the server sends back. */
  #liveStrokes() {
    const own = `${this.#you}:`;
    const others = [...this.#board.live].filter(({ id }) => !id.startsWith(own));
    return [...others, ...this.pen.drafts];
  }

  #tell(): void {
    if (!this.#deps.isConnected()) return;
    for (const message of this.pen.untold()) this.#deps.send(message);
  }
}
