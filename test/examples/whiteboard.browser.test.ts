import { execFileSync } from "node:child_process";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startWhiteboard, type Whiteboard } from "../../examples/whiteboard/whiteboard.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import { loadPage } from "../harness/load-page.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const TSC = "node_modules/typescript/bin/tsc";
let compiled: TempDir;
let browser: Browser;
let whiteboard: Whiteboard;

beforeAll(async () => {
  compiled = await tempDir();
  for (const project of ["examples", "examples/whiteboard/browser"]) {
    execFileSync(process.execPath, [TSC, "-p", project, "--outDir", compiled.path]);
  }
  const executablePath = await ensureChromium();
  browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
});
afterAll(async () => {
  await browser.close();
  await compiled[Symbol.asyncDispose]();
});
beforeEach(async () => {
  whiteboard = await start(0);
  onTestFinished(() => whiteboard[Symbol.asyncDispose]());
});

function start(port: number): Promise<Whiteboard> {
  return startWhiteboard({
    port,
    host: "127.0.0.1",
    backendId: "b7k2m9x4qd",
    key: "design-review",
    publicDir: "examples/whiteboard/public",
    scriptDir: `${compiled.path}/examples/whiteboard`,
  });
}

async function open(name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  onTestFinished(() => context.close());
  await context.addInitScript(`localStorage.setItem("whiteboard-name", ${JSON.stringify(name)})`);
  const page = await context.newPage();
  await loadPage(page, `http://127.0.0.1:${whiteboard.port}/`);
  await page.waitForSelector("body.connected");
  return page;
}

async function drawLine(page: Page, fromX: number, toX: number, y: number): Promise<void> {
  await page.mouse.move(fromX, y);
  await page.mouse.down();
  await page.mouse.move(toX, y, { steps: 5 });
  await page.mouse.up();
}

/** Resolves once the canvas shows, or no longer shows, something at that place. */
async function waitForInk(page: Page, x: number, y: number, isThere = true): Promise<void> {
  const opacity = `document.querySelector("#board").getContext("2d").getImageData(${x}, ${y}, 1, 1).data[3]`;
  const what = `${isThere ? "ink" : "no ink"} at ${x}, ${y}`;
  await waitFor(what, async () => Number(await page.evaluate(opacity)) > 128 === isThere);
}

describe("the whiteboard's page", () => {
  test("two visitors see each other's strokes, names and session", async () => {
    const [ada, ben] = [await open("Ada Lovelace"), await open("Ben")];
    await drawLine(ada, 200, 400, 200);
    await drawLine(ben, 500, 700, 400);
    await waitForInk(ben, 300, 200);
    await waitForInk(ada, 600, 400);
    expect(await ada.textContent("#key")).toBe("design-review");
    expect(await ada.textContent("#backend")).toBe("b7k2m9x4qd");
    expect(await ada.textContent("#age")).toMatch(/^alive 0:\d\d$/);
    await ada.waitForSelector('.cursor:has-text("Ben"):not([hidden])');
    await ada.click(".people summary");
    expect(await ada.locator("#names .who").allTextContents()).toEqual(["Ada Lovelace", "Ben"]);
  });

  test("what is drawn is there for who comes later, and gone for all after undo and clear", async () => {
    const ada = await open("Ada");
    await drawLine(ada, 200, 400, 200);
    await drawLine(ada, 200, 400, 300);
    const ben = await open("Ben");
    await waitForInk(ben, 300, 200);
    await waitForInk(ben, 300, 300);
    await ada.keyboard.press("Control+z");
    await waitForInk(ben, 300, 300, false);
    await ben.click("#clear");
    await ben.click("#clear");
    await waitForInk(ada, 300, 200, false);
    await ada.waitForSelector('.toast:has-text("Ben cleared the board")');
  });

  test("the eraser takes away what is below it", async () => {
    const ada = await open("Ada");
    await drawLine(ada, 200, 400, 200);
    await ada.keyboard.press("e");
    await drawLine(ada, 280, 320, 200);
    await waitForInk(ada, 300, 200, false);
    await waitForInk(ada, 220, 200);
  });

  test("arrow keys and Space draw as a pointer does", async () => {
    const [ada, ben] = [await open("Ada"), await open("Ben")];
    await ada.focus("#board");
    await ada.keyboard.press("Space");
    for (let step = 0; step < 3; step++) await ada.keyboard.press("Shift+ArrowRight");
    await ada.keyboard.press("Space");
    await waitForInk(ben, 550, 350);
  });

  test("a page whose backend went and came back connects again, and brings what was drawn meanwhile", async () => {
    const ada = await open("Ada");
    const { port } = whiteboard;
    await whiteboard[Symbol.asyncDispose]();
    await ada.waitForSelector("#banner:not([hidden])");
    await drawLine(ada, 200, 400, 200);
    whiteboard = await start(port);
    await ada.waitForSelector("body.connected");
    const ben = await open("Ben");
    await waitForInk(ben, 300, 200);
  });

  test("a page says when its session has ended, and stops trying", async () => {
    const ada = await open("Ada");
    await ada.route("**/*", (route) => route.fulfill({ status: 410 }));
    await whiteboard[Symbol.asyncDispose]();
    await ada.waitForSelector('#banner:has-text("This session has ended")');
  });
});
