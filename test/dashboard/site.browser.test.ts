import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/chromium.ts";
import { ensureDashboard } from "../harness/built-dashboard.ts";
import { loadPage } from "../harness/load-page.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aSite, type Site } from "./a-site.ts";

let browser: Browser;
let site: Site;

beforeAll(async () => {
  await ensureDashboard();
  site = await aSite();
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_ARGS });
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

/** A browser of its own that has signed in. What its pages' policy has blocked, or threw, fails the test. */
async function signIn(key = site.adminKey): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) wrong.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await loadPage(page, `${site.url}/`);
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  return { page, context };
}

function connect(name: string) {
  return site.client.connect({
    key: { name },
    spawn: { image: "app" },
    user: "ada",
    wait: "ready",
  });
}

/** As a browser does it: the name of the host decides, and it is this machine. */
async function statusAt(url: string): Promise<number | undefined> {
  const { host, port, pathname } = new URL(url);
  const request = get({ host: "127.0.0.1", port, path: pathname, headers: { host } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test("a wrong key is told at its field; a right one opens a session that a reload keeps, until it is left", async () => {
  const { page } = await signIn(`hak_${"x".repeat(40)}`);
  await page.locator(".field-note", { hasText: "not known here" }).waitFor();
  await page.getByLabel("API key").fill(site.adminKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Backends", exact: true }).waitFor();
  expect(page.url()).toBe(`${site.url}/dashboard/backends`);
  await page.reload();
  await page.getByRole("heading", { name: "Backends", exact: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API key").waitFor();
  await page.reload();
  await page.getByLabel("API key").waitFor();
  expect(await page.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
});

test("a backend appears while somebody looks, with its life, logs and figures, and is ended from there", async () => {
  const { page } = await signIn();
  await page.locator(".live-mark[data-state=live]").waitFor();
  const { backend_id } = await connect("seen-live");
  const row = page.locator(`#row-${backend_id}`);
  await row.getByText("ready").waitFor();
  await page.getByLabel("Search backends").fill("no-such-thing");
  await page.getByText("No backend fits").waitFor();
  await page.getByLabel("Search backends").fill("seen-live");
  await row.click();
  await page.getByRole("img", { name: /^Timeline: scheduled .* ready since/ }).waitFor();
  await page.locator(".log-line", { hasText: "listening" }).waitFor();
  await page.locator(".log-line", { hasText: "no cache configured" }).waitFor();
  await page.locator(".log-text .ink-green", { hasText: "all is well" }).waitFor();
  await page.locator(".log-text", { hasText: "<img src=x onerror=alert(1)>" }).waitFor();
  expect(await page.locator(".log-lines img").count()).toBe(0);
  await page.getByRole("img", { name: /^Memory: used [\d.]+ [KMG]iB/ }).waitFor();
  await page.getByText("it has no idle limit").waitFor();
  await page.getByRole("button", { name: "Terminate…" }).click();
  await page.getByRole("button", { name: "Terminate it" }).click();
  await page.getByText("It has ended: asked to end").waitFor();
  await page.locator(".log-state", { hasText: "complete" }).waitFor();
  await page.getByRole("link", { name: "Backends" }).first().click();
  await page.getByText("No backend fits").waitFor();
});

test("a token that is revoked lets nobody in any more", async () => {
  const { backend_id, url } = await connect("let-in");
  expect(await statusAt(url)).toBe(200);
  const { page } = await signIn();
  await page.getByRole("heading", { name: "Backends", exact: true }).waitFor();
  await loadPage(page, `${site.url}/dashboard/backends/${backend_id}`);
  await page.getByRole("button", { name: "Revoke ada" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByText("No token lets anybody in").waitFor();
  await waitFor("a closed door", async () => Number(await statusAt(url)) >= 400);
});

test("a drone is drained and undrained", async () => {
  const { page } = await signIn();
  await page.getByRole("link", { name: "Drones" }).first().click();
  await page.getByText("healthy").waitFor();
  await page.getByRole("button", { name: "Drain…" }).click();
  await page.getByRole("button", { name: "Drain", exact: true }).click();
  await page.getByText("draining").waitFor();
  expect((await site.client.getDrone("dr-one")).draining).toBe(true);
  await page.getByRole("button", { name: "Undrain" }).click();
  await page.getByText("healthy").waitFor();
  expect((await site.client.getDrone("dr-one")).draining).toBe(false);
});

test("the cluster is summed up, and a service is seen, opened and deleted", async () => {
  await site.client.createService({ account: "acme", name: "board", spawn: { image: "app" } });
  const { page } = await signIn();
  await page.getByRole("link", { name: "Cluster" }).first().click();
  await page.getByRole("rowheader", { name: "px-one" }).waitFor();
  await page.getByText("1 of 1 healthy").waitFor();
  await page.getByRole("link", { name: "Services" }).first().click();
  await page.getByRole("link", { name: "acme/board" }).click();
  await page.getByRole("link", { name: "0 live" }).waitFor();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("There is no service yet").waitFor();
  expect(await site.client.listServices()).toEqual([]);
});

test("the form spawns a backend, and its URL opens it as the user", async () => {
  const { page, context } = await signIn();
  await page.getByRole("link", { name: "Spawn" }).first().click();
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByText("an image is needed").waitFor();
  await page.getByLabel("Image").fill("app");
  await page.getByLabel("Key", { exact: true }).fill("by-form");
  await page.getByLabel("User").fill("grace");
  await page.getByRole("button", { name: "Connect" }).click();
  await page.locator("dialog .status-chip", { hasText: "ready" }).waitFor();
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open" }).click();
  await (await opened).getByText("hello grace").waitFor();
});

test("a key is made, shown once, good for what it says, and revoked; the trail has it all", async () => {
  const { page } = await signIn();
  await page.getByRole("link", { name: "API keys" }).first().click();
  await page.getByRole("button", { name: "Create a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("wall screen");
  await page.getByLabel("Requests a second").fill("50");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const secret = (await page.locator("[data-secret]").textContent()) ?? "";
  expect(secret).toMatch(/^hak_/);
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("rowheader", { name: "wall screen" }).waitFor();
  await page.getByText("50/s, 100 at once").waitFor();
  expect(await page.content()).not.toContain(secret);

  const { page: reader } = await signIn(secret);
  await reader.getByRole("heading", { name: "Backends", exact: true }).waitFor();
  expect(await reader.getByRole("link", { name: "API keys" }).count()).toBe(0);
  await page.getByRole("button", { name: "Revoke wall screen" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("rowheader", { name: "wall screen" }).waitFor({ state: "detached" });
  await reader.getByText("Your session has ended").waitFor();

  await page.getByRole("link", { name: "Audit trail" }).first().click();
  await page.locator("tr", { hasText: "api-key.revoke" }).first().waitFor();
  await page.locator("tr", { hasText: "api-key.create" }).first().waitFor();
});

test("a page of another site can neither post in a visitor's name nor show the dashboard in a frame", async () => {
  const { backend_id } = await connect("not-theirs");
  const { context, page } = await signIn();
  await page.getByRole("heading", { name: "Backends", exact: true }).waitFor();
  const action = `${site.url}/v1/backends/${backend_id}/terminate`;
  const elsewhere = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<form method="post" action="${action}" enctype="text/plain">
      <input name='{"hard":true,"x":"' value='"}'></form><iframe src="${site.url}/dashboard"></iframe>`);
  });
  elsewhere.listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  onTestFinished(() => void elsewhere.close());
  const attack = await context.newPage();
  // Another name for this machine: to the browser, another site.
  await loadPage(attack, `http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  const isRefused = () => attack.frames()[1]?.url().startsWith("chrome-error:");
  await waitFor("a frame that was refused", isRefused);
  const forged = `fetch(${JSON.stringify(action)}, { method: "POST", credentials: "include",
    headers: { "content-type": "application/json", "x-hangar-request": "1" }, body: "{}" })
    .then(({ status }) => status, () => "blocked")`;
  expect(await attack.evaluate(forged)).toBe("blocked");
  const answered = attack.waitForResponse(action);
  await attack.evaluate("document.forms[0].submit()");
  expect((await answered).status()).toBeGreaterThanOrEqual(400);
  expect((await site.client.status(backend_id)).status).toBe("ready");
});
