import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { loadPage } from "../harness/load-page.ts";
import { THREE_EVENTS } from "./page-scripts.ts";
import { type ProcessSite, startProcessSite } from "./process-site.ts";

const SLOW = { timeout: 240_000 };
const LARGE_MB = 100;
/** To a browser each name below localhost is a site of its own; below this, sessions are neighbours of one site. */
const NEIGHBOURHOOD = "sessions.test";
const ARGS = [...CHROMIUM_ARGS, `--host-resolver-rules=MAP *.${NEIGHBOURHOOD} 127.0.0.1`];
/** Of what the proxy's memory may grow by, at its peak: less than one of the bodies. */
const GROWTH_MB = 80;

async function openBrowser(): Promise<BrowserContext> {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: ARGS });
  onTestFinished(() => browser.close());
  return await browser.newContext();
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await loadPage(page, url);
  return page;
}

function openSession({ client }: ProcessSite, user: string): Promise<ConnectResponse> {
  return client.connect({ spawn: { image: "web" }, user, wait: "ready" });
}

async function peakMemoryMb({ proxy }: ProcessSite): Promise<number> {
  const status = await readFile(`/proc/${proxy.pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

/** What a page's own script gets of a request, or "blocked" if the browser keeps it. */
function fetched(url: string, options: object = {}): string {
  return `fetch(${JSON.stringify(url)}, ${JSON.stringify(options)})
    .then(async (answer) => [answer.status, await answer.text()], () => "blocked")`;
}

function socketState(url: string): string {
  return `new Promise((resolve) => {
    const socket = new WebSocket(${JSON.stringify(url)});
    socket.onopen = () => socket.send("hello");
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = () => resolve("refused");
  })`;
}

test(
  "an app with absolute links, a WebSocket and events works behind its token",
  SLOW,
  async () => {
    await using site = await startProcessSite();
    const session = await openSession(site, "Ada");
    const page = await openPage(await openBrowser(), session.url);
    expect(await page.evaluate("window.isLoaded")).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe(
      "rgb(1, 2, 3)",
    );
    expect(await page.evaluate(fetched("/user"))).toEqual([200, "Ada"]);
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.click("#next");
    await page.waitForSelector("h1:text('next')");
    expect(await page.evaluate(socketState(`ws://${new URL(session.url).host}/ws`))).toBe("hello");
    expect(await page.evaluate(THREE_EVENTS)).toEqual(["one", "two", "three"]);
  },
);

test(
  "large bodies pass both ways, whole, and never stand in the proxy's memory",
  SLOW,
  async () => {
    await using site = await startProcessSite();
    const session = await openSession(site, "Ada");
    const page = await openPage(await openBrowser(), session.url);
    const before = await peakMemoryMb(site);
    const hex = `const hex = async (data) => Array.from(
    new Uint8Array(await crypto.subtle.digest("SHA-256", data)),
    (byte) => byte.toString(16).padStart(2, "0")).join("");`;
    const upload = `(async () => { ${hex}
    const words = new Uint32Array(${LARGE_MB} * 262_144);
    for (let at = 0, word = 1; at < words.length; at += 1) words[at] = word = word * 1_103_515_245 + 12_345;
    const answer = await fetch("/upload", { method: "POST", body: new Blob([words]) });
    return { told: await answer.json(), sent: await hex(words) };
  })()`;
    const { told, sent } = await page.evaluate<{ told: object; sent: string }>(upload);
    expect(told).toEqual({ bytes: LARGE_MB * 1_048_576, sha256: sent });
    const download = `(async () => { ${hex}
    const answer = await fetch("/download?mb=${LARGE_MB}");
    const data = await answer.arrayBuffer();
    const hash = await fetch("/download?hash&mb=${LARGE_MB}").then((answer) => answer.text());
    return { bytes: data.byteLength, got: await hex(data), hash };
  })()`;
    const { bytes, got, hash } = await page.evaluate<Record<string, unknown>>(download);
    expect(bytes).toBe(LARGE_MB * 1_048_576);
    expect(got).toBe(hash);
    expect((await peakMemoryMb(site)) - before).toBeLessThan(GROWTH_MB);
  },
);

test(
  "a page of another site gets in with a token and not by the visitor's cookie",
  SLOW,
  async () => {
    await using site = await startProcessSite();
    const session = await openSession(site, "Ada");
    const context = await openBrowser();
    await openPage(context, session.url);
    const elsewhere = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<title>elsewhere</title>");
    });
    elsewhere.listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    onTestFinished(() => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    const page = await openPage(context, `http://127.0.0.1:${port}/`);
    const home = `http://${new URL(session.url).host}`;
    expect(await page.evaluate(fetched(`${session.url}user`))).toEqual([200, "Ada"]);
    const cookie = { credentials: "include", mode: "no-cors", method: "POST" };
    await page.evaluate(fetched(`${home}/by-cookie`, cookie));
    expect(await page.evaluate(fetched(`${home}/user`, { credentials: "include" }))).toBe(
      "blocked",
    );
    expect(await page.evaluate(socketState(`ws://${new URL(home).host}/by-cookie`))).toBe(
      "refused",
    );
    const [, seen] = (await page.evaluate(fetched(`${session.url}seen`))) as [number, string];
    expect(JSON.parse(seen)).not.toContain("/by-cookie");
    expect(JSON.parse(seen)).not.toContain("ws /by-cookie");
  },
);

test("two sessions in one browser cannot reach each other", SLOW, async () => {
  await using site = await startProcessSite(NEIGHBOURHOOD);
  const [ada, eve] = [await openSession(site, "Ada"), await openSession(site, "Eve")];
  const context = await openBrowser();
  const adaPage = await openPage(context, ada.url);
  const evePage = await openPage(context, eve.url);
  const { host } = new URL(ada.url);
  for (const options of [{}, { method: "POST" }, { mode: "no-cors", method: "POST" }]) {
    const attack = fetched(`http://${host}/attack`, { credentials: "include", ...options });
    expect(await evePage.evaluate(attack)).not.toEqual([404, "no /attack"]);
  }
  expect(await evePage.evaluate(socketState(`ws://${host}/attack`))).toBe("refused");
  const own = `ws://${new URL(eve.url).host}/own`;
  expect(await evePage.evaluate(socketState(own))).toBe("hello");
  const [, seen] = (await adaPage.evaluate(fetched("/seen"))) as [number, string];
  expect(seen).toContain('"/app.js"');
  expect(seen).not.toContain("attack");
});
