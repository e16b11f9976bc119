import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import { loadPage } from "../harness/load-page.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aCertificate } from "../harness/test-certificates.ts";
import { THREE_EVENTS } from "./page-scripts.ts";
import { startProcessSite } from "./process-site.ts";

const SLOW = { timeout: 240_000 };
const HOST = "sessions.test";
const ARGS = [...CHROMIUM_ARGS, `--host-resolver-rules=MAP *.${HOST} 127.0.0.1`];
const LARGE_MB = 30;
const MANY = 60;

async function openBrowser() {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: ARGS });
  onTestFinished(() => browser.close());
  return await browser.newContext({ ignoreHTTPSErrors: true });
}

const PROTOCOLS = `["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .map(({ nextHopProtocol }) => nextHopProtocol)`;

const FETCH_MANY = `Promise.all(Array.from({ length: ${MANY} }, (_, at) =>
  fetch("/user?" + at).then((answer) => answer.text())))`;

const SOCKET = `new Promise((resolve, reject) => {
  const socket = new WebSocket("wss://" + location.host + "/ws");
  socket.onopen = () => socket.send("hello");
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = () => reject(new Error("refused"));
})`;

const LARGE = `(async () => {
  const hex = async (data) => Array.from(
    new Uint8Array(await crypto.subtle.digest("SHA-256", data)),
    (byte) => byte.toString(16).padStart(2, "0")).join("");
  const words = new Uint32Array(${LARGE_MB} * 262_144);
  for (let at = 0, word = 1; at < words.length; at += 1) words[at] = word = word * 1_103_515_245 + 12_345;
  const upload = fetch("/upload", { method: "POST", body: new Blob([words]) });
  const download = fetch("/download?mb=${LARGE_MB}").then((answer) => answer.arrayBuffer());
  const hash = fetch("/download?hash&mb=${LARGE_MB}").then((answer) => answer.text());
  return {
    up: (await (await upload).json()).sha256 === await hex(words),
    down: await hex(await download) === await hash,
  };
})()`;

test("a browser that comes by HTTPS speaks HTTP/2, and all that it does works", SLOW, async () => {
  await using dir = await tempDir();
  const { chain, key } = await aCertificate([`*.${HOST}`]);
  const files = { certFile: join(dir.path, "tls.crt"), keyFile: join(dir.path, "tls.key") };
  await writeFile(files.certFile, chain);
  await writeFile(files.keyFile, key);
  await using site = await startProcessSite(HOST, files);
  const session = await site.client.connect({
    spawn: { image: "web" },
    user: "Ada",
    wait: "ready",
  });
  expect(session.url).toMatch(/^https:/);
  const context = await openBrowser();
  const page = await context.newPage();
  await loadPage(page, session.url);
  expect(await page.evaluate("window.isLoaded")).toBe(true);
  expect(await page.evaluate(FETCH_MANY)).toEqual(Array(MANY).fill("Ada"));
  expect(await page.evaluate(THREE_EVENTS)).toEqual(["one", "two", "three"]);
  expect(await page.evaluate(SOCKET)).toBe("hello");
  expect(await page.evaluate(LARGE)).toEqual({ up: true, down: true });
  const protocols = await page.evaluate<string[]>(PROTOCOLS);
  expect(new Set(protocols)).toEqual(new Set(["h2"]));
  expect(protocols.length).toBeGreaterThan(MANY);
  expect(await context.cookies()).toMatchObject([
    { name: "__Host-hangar", secure: true, httpOnly: true, sameSite: "Lax", path: "/" },
  ]);
  expect(await page.evaluate("document.cookie")).toBe("");
});
