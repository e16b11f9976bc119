import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Api } from "../http-api.ts";
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from "./docs-page.ts";

const HEADERS = {
  // Nothing of the page comes from elsewhere; what it tries out goes to this controller only. Swagger
  // UI sets style attributes, and its icons are data URLs.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "public, max-age=3600",
};

const PUBLIC = { config: { scope: "public" }, schema: { hide: true } } as const;
const JAVASCRIPT = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";

/** `/openapi.json`, and `/docs`, which shows it without the internet. Public: they are the same everywhere. */
export function docsRoutes(api: Api): void {
  api.get("/openapi.json", PUBLIC, async () => api.swagger());
  const page = (path: string, type: string, content: () => string | Promise<string>) =>
    api.get(path, PUBLIC, async (_request, reply) =>
      reply
        .headers(HEADERS)
        .type(type)
        .send(await content()),
    );
  page("/docs", "text/html; charset=utf-8", () => DOCS_PAGE);
  page("/docs/hangar.js", JAVASCRIPT, () => DOCS_SCRIPT);
  page("/docs/hangar.css", CSS, () => DOCS_STYLE);
  page("/docs/swagger-ui-bundle.js", JAVASCRIPT, () => distributed("swagger-ui-bundle.js"));
  page("/docs/swagger-ui.css", CSS, () => distributed("swagger-ui.css"));
}

const { resolve } = createRequire(import.meta.url);
const distributed = (name: string) => readFile(resolve(`swagger-ui-dist/${name}`), "utf8");
