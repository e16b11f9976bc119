import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import { type BrowserSession, forBrowser } from "../../src/client/browser-session.ts";
import { bundle } from "../harness/bundle.ts";
import { loadPage } from "../harness/load-page.ts";
import { readmeSnippet } from "../harness/readme-snippet.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { startProcessSite } from "../system/process-site.ts";

async function openBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  onTestFinished(() => browser.close());
  return browser;
}

/** The app's own server: its page with its script, and what opens a session. */
async function startApp(script: string, open: () => Promise<BrowserSession | null>) {
  const server = createServer(async ({ url }, response) => {
    if (url === "/api/open") return void response.end(JSON.stringify(await open()));
    const isScript = url === "/app.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(
      isScript ? script : '<title>app</title><script type="module" src="/app.js"></script>',
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("the page of the README outlives its proxy and its backend, and stops when there is no other", {
  timeout: 240_000,
}, async () => {
  await using dir = await tempDir();
  const entry = join(dir.path, "page.ts");
  await writeFile(entry, readmeSnippet("page"));
  const script = await bundle(entry, { "hangar/browser": resolve("src/browser/index.ts") });
  await using site = await startProcessSite();
  let isOpen = true;
  const opened: string[] = [];
  const app = await startApp(script, async () => {
    if (!isOpen) return null;
    const session = await site.client.connect({ key: { name: "doc" }, spawn: { image: "web" } });
    opened.push(session.backend_id);
    return forBrowser(session);
  });
  const page = await (await openBrowser()).newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const hears = (what: string, times: number) =>
    waitFor(
      `"${what}", ${times} times, and not only ${said.join("; ")}`,
      () => said.filter((line) => line === what).length === times,
      30_000,
    );
  await loadPage(page, app);
  await hears("received: hello", 1);
  expect(said).toContain("backend: ready");
  await site.replaceProxy();
  await hears("received: hello", 2);
  expect(opened).toHaveLength(1);
  await site.client.terminate(opened[0] ?? "", { hard: true });
  await hears("received: hello", 3);
  expect(new Set(opened).size).toBe(2);
  isOpen = false;
  await site.client.terminate(opened[1] ?? "", { hard: true });
  await hears("stopped: ended the backend has ended", 1);
});
