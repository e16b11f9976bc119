/** Wires the page: the window's events to the board, the board to the backend. */
import { Connection } from "./connection.ts";
import { element } from "./element.ts";
import { listenToKeys } from "./keyboard-input.ts";
import { Page } from "./page.ts";
import { Painter } from "./painter.ts";
import { createPeople } from "./people.ts";
import { listenToPointers } from "./pointer-input.ts";
import { createSessionBar } from "./session-bar.ts";
import { toast } from "./toasts.ts";
import { createToolbar } from "./toolbar.ts";

const canvas = element<HTMLCanvasElement>("#board");
const painter = new Painter(canvas);
const sessionBar = createSessionBar();
const people = createPeople((name) => connection.send({ type: "rename", name }));

const page = new Page({
  painter,
  cursorLayer: element("#cursors"),
  isConnected: () => connection.isWelcome,
  send: (message) => connection.send(message),
  onVisitors: people.show,
  onNews: toast,
});

const connection = new Connection({
  visitorName: people.storedName,
  onState: sessionBar.showState,
  onMessage(message) {
    if (message.type === "welcome") sessionBar.showSession(message.session);
    page.receive(message);
  },
});

createToolbar({
  onTool(ink, width) {
    page.pen.ink = ink;
    page.pen.width = width;
  },
  onUndo: () => connection.send({ type: "undo" }),
  onClear: () => connection.send({ type: "clear" }),
  onFit: () => page.goHome(),
});
listenToPointers(canvas, page);
listenToKeys(canvas, page, (at) => page.showOwnPen(at));
addEventListener("resize", () => page.resize());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  painter.readColours();
  page.redraw();
});
element("#invite").addEventListener("click", async () => {
  await navigator.clipboard.writeText(location.href);
  toast("The link is copied: open it in another window");
});
