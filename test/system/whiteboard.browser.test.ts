import { type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import { loadPage } from "../harness/load-page.ts";
import { waitFor } from "../harness/wait-for.ts";
import { HangarProcesses } from "./hangar-processes.ts";

const INK = `document.querySelector("#board").getContext("2d").getImageData(300, 200, 1, 1).data[3]`;

async function openBrowser(): Promise<() => Promise<BrowserContext>> {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  onTestFinished(() => browser.close());
  return () => browser.newContext({ viewport: { width: 1_000, height: 700 } });
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await loadPage(page, url);
  return page;
}

test("two visitors draw on one board through the proxy, by token and by cookie, with their own names", async () => {
  const visitor = await openBrowser();
  await using hangar = await HangarProcesses.start();
  const key = { name: "roadmap" };
  const spawn = { image: "hangar/whiteboard" };
  const ada = await hangar.client.connect({ key, spawn, user: "Ada", wait: "ready" });
  const zoe = await hangar.client.connect({ key, user: "Zoë", wait: "ready" });
  expect(zoe).toMatchObject({ backend_id: ada.backend_id, spawned: false });

  const [adaContext, zoeContext] = [await visitor(), await visitor()];
  const adaPage = await openPage(adaContext, ada.url);
  await adaPage.waitForSelector("body.connected");
  const zoePage = await openPage(zoeContext, zoe.url);
  await zoePage.waitForSelector("body.connected");
  expect(await adaPage.textContent("#backend")).toBe(ada.backend_id);
  await adaPage.click(".people summary");
  await waitFor("both names", async () => {
    const names = await adaPage.locator("#names .who").allTextContents();
    return names.join() === "Ada,Zoë";
  });
  await adaPage.mouse.move(200, 200);
  await adaPage.mouse.down();
  await adaPage.mouse.move(400, 200, { steps: 5 });
  await adaPage.mouse.up();
  await waitFor("Ada's ink on Zoë's board", async () => Number(await zoePage.evaluate(INK)) > 128);

  const home = `http://${ada.backend_id}.${hangar.cluster}/`;
  const again = await openPage(adaContext, home);
  await again.waitForSelector("body.connected");
  expect(await again.evaluate("fetch('/icon.svg').then(({ status }) => status)")).toBe(200);
  const stranger = await openPage(await visitor(), home);
  expect(await stranger.textContent("h1")).toBe("This session is private");
});

test("a page of one session cannot drive a session of its neighbour, even in one browser", async () => {
  const visitor = await openBrowser();
  await using hangar = await HangarProcesses.start();
  const open = () => hangar.client.connect({ spawn: { image: "hangar/echo" }, wait: "ready" });
  const [mine, other] = [await open(), await open()];
  const context = await visitor();
  await openPage(context, mine.url);
  const page = await openPage(context, other.url);
  const target = `${mine.backend_id}.${hangar.cluster}`;
  const status = `fetch("http://${target}/", { credentials: "include", method: "POST" })
    .then(({ status }) => status, () => "blocked")`;
  expect([403, "blocked"]).toContain(await page.evaluate(status));
  const socket = `new Promise((resolve) => {
    const socket = new WebSocket("ws://${target}/");
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  })`;
  expect(await page.evaluate(socket)).toBe("refused");
  const own = `new Promise((resolve) => {
    const socket = new WebSocket("ws://" + location.host + "/");
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  })`;
  expect(await page.evaluate(own)).toBe("open");
});
