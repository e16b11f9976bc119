import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { Figures } from "../../controller/figures/figures.ts";
import { answerError } from "../../controller/http/answer-error.ts";
import { dashboardRoom } from "../../controller/http/dashboard-room.ts";
import type { Api } from "../../controller/http/http-api.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";

const FILES = {
  "index.html": "<title>Hangar</title>",
  "theme.js": "// theme",
  "assets/main-1a2b3c.js": "// code",
};

async function aRoom(files: Record<string, string> = FILES): Promise<Api> {
  const dir = await tempDir();
  const root = join(dir.path, "dashboard");
  await mkdir(join(root, "assets"), { recursive: true });
  await writeFile(join(dir.path, "secret.txt"), "secret");
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const api = fastify() as unknown as Api;
  api.setErrorHandler(answerError({ ...recordingLog(), figures: new Figures() }));
  await api.register((scope, _options, done) => {
    dashboardRoom(scope, root);
    done();
  });
  onTestFinished(async () => {
    await api.close();
    await dir[Symbol.asyncDispose]();
  });
  return api;
}

test("every view of the dashboard is the one page, asked for again each time", async () => {
  const api = await aRoom();
  for (const url of ["/dashboard", "/dashboard/", "/dashboard/backends/abcdefghij1234?tab=logs"]) {
    const { statusCode, headers, body } = await api.inject({ url });
    expect([statusCode, body]).toEqual([200, FILES["index.html"]]);
    expect(headers["cache-control"]).toBe("no-cache");
  }
});

test("the controller's bare address leads to the dashboard", async () => {
  const { statusCode, headers } = await (await aRoom()).inject({ url: "/" });
  expect([statusCode, headers.location]).toEqual([302, "/dashboard"]);
});

test("what is named by its content is kept for good, other files are not", async () => {
  const api = await aRoom();
  const hashed = await api.inject({ url: "/dashboard/assets/main-1a2b3c.js" });
  expect(hashed.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(hashed.headers["content-type"]).toMatch(/javascript/);
  const plain = await api.inject({ url: "/dashboard/theme.js" });
  expect(plain.headers["cache-control"]).toBe("public, max-age=300");
});

test("no page of another site may hold it in a frame, and it loads nothing from elsewhere", async () => {
  const api = await aRoom();
  for (const url of ["/dashboard", "/dashboard/theme.js", "/dashboard/assets/none.js"]) {
    const { headers } = await api.inject({ url });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^default-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  }
});

test("a file that is not there, or not the dashboard's, is not found", async () => {
  const api = await aRoom();
  const paths = [
    "assets/none.js",
    "..%2fsecret.txt",
    "assets/..%2f..%2fsecret.txt",
    "%2e%2e/secret.txt",
  ];
  for (const path of paths) {
    const { statusCode, body } = await api.inject({ url: `/dashboard/${path}` });
    expect([path, statusCode]).toEqual([path, 404]);
    expect(body).not.toContain("secret\n");
  }
});

test("a dashboard that was not built says how to build it", async () => {
  const { statusCode, headers, body } = await (await aRoom({})).inject({ url: "/dashboard" });
  expect(statusCode).toBe(503);
  expect(headers["content-type"]).toMatch(/^text\/html/);
  expect(body).toContain("npx vite build");
});
