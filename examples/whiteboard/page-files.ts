import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { extname, join } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const HEADERS = {
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

interface PageFile {
  type: string;
  etag: string;
  content: Buffer;
}

/** Answers with the page's files, held in memory, and with nothing else of the disk. */
export function servePage(publicDir: string, scriptDir: string): RequestListener {
  const files = loadFiles(publicDir, scriptDir);
  return (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    const file = files.get(path === "/" ? "/index.html" : path);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else if (file === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("there is no such page\n");
    } else {
      send(request, response, file);
    }
  };
}

function send(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const { type, etag, content } = file;
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, { ...HEADERS, etag }).end();
    return;
  }
  const length = content.length;
  response.writeHead(200, { ...HEADERS, "content-type": type, "content-length": length, etag });
  response.end(request.method === "HEAD" ? undefined : content);
}

/** The page's modules import what the server has too (`../wire.js`), so those stand beside their folder. */
function loadFiles(publicDir: string, scriptDir: string): Map<string, PageFile> {
  const modules = listIn(join(scriptDir, "browser")).map((name) => `browser/${name}`);
  const files = new Map<string, PageFile>();
  for (const name of listIn(publicDir)) add(`/${name}`, join(publicDir, name));
  for (const name of ["wire.js", "board.js", ...modules]) add(`/${name}`, join(scriptDir, name));
  return files;

  function add(path: string, file: string): void {
    const type = TYPES[extname(file)];
    if (type === undefined || !existsSync(file)) return;
    const content = readFileSync(file);
    const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
    files.set(path, { type, etag, content });
  }
}

function listIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
