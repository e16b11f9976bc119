import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyReply } from "fastify";
import { ApiError } from "../../src/protocol/errors.ts";
import type { Api } from "./http-api.ts";

const ROOT = "/dashboard";
/** The build names what is in there by its content, so a name's content never changes. */
const HASHED = `${sep}assets${sep}`;

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Hangar</title>
<h1>The dashboard is not built</h1>
<p>Hangar runs from its source here. Run <code>npx vite build</code>, then load this page again.</p></html>
`;

/** Where `npm run build` leaves the pages, seen from the compiled code and from the source. */
export function builtDashboard(): string {
  const path = import.meta.url.endsWith(".ts") ? "../../dist/dashboard" : "../../dashboard";
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The dashboard's pages and scripts, for anybody: what they show, they ask the API for, with a session. */
export function dashboardRoom(api: Api, dir: string): void {
  api.addHook("onSend", async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  void api.register(fastifyStatic, {
    root: dir,
    serve: false,
    index: false,
    cacheControl: false,
  });
  const hide = { config: { scope: "public" }, schema: { hide: true } } as const;
  api.get("/", hide, (_request, reply) => reply.redirect(ROOT, 302));
  api.get(ROOT, hide, (_request, reply) => page(dir, reply));
  api.get(`${ROOT}/*`, hide, async (request, reply) => {
    const { "*": path } = request.params as { "*": string };
    if (!/\.\w+$/.test(path)) return page(dir, reply);
    const file = join(dir, path);
    if (path.includes("..") || !existsSync(file)) {
      throw new ApiError("not-found", `the dashboard has no ${path}`);
    }
    const isHashed = file.startsWith(dir + HASHED);
    reply.header(
      "cache-control",
      isHashed ? "public, max-age=31536000, immutable" : "public, max-age=300",
    );
    return reply.sendFile(path);
  });
}

/** Every view is the same page: which one it shows, its script reads from the address. */
function page(dir: string, reply: FastifyReply) {
  reply.header("cache-control", "no-cache");
  if (existsSync(join(dir, "index.html"))) return reply.sendFile("index.html");
  return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT);
}
