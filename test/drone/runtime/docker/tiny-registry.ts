import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** A registry with one image, which only its user may pull. An Engine pulls from loopback without TLS. */
export interface TinyRegistry extends AsyncDisposable {
  readonly image: string;
  readonly credentials: { username: string; password: string };
  /** What the Authorization headers said, of all requests. */
  readonly logins: Set<string>;
}

export async function openTinyRegistry(): Promise<TinyRegistry> {
  const credentials = { username: "ada", password: "correct-horse" };
  const login = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  const logins = new Set<string>();
  const { manifest, blobs } = await makeImage([6_000_000, 2_000_000]);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const [, given = ""] = request.headers.authorization?.split(" ") ?? [];
    if (given !== "") logins.add(Buffer.from(given, "base64").toString());
    if (given !== login) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="tiny"' }).end();
    } else if (request.url?.includes("/manifests/")) {
      response.setHeader("docker-content-digest", digestOf(manifest));
      response.setHeader("content-type", MANIFEST);
      response.setHeader("content-length", manifest.length);
      response.end(manifest);
    } else {
      sendSlowly(response, blobs.get(request.url?.split("/").at(-1) ?? "") ?? Buffer.from("{}"));
    }
  }

  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/hangar/tiny`,
    credentials,
    logins,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The Engine tells of its progress only every now and then. */
function sendSlowly(response: ServerResponse, blob: Buffer): void {
  const half = blob.length >> 1;
  response.writeHead(200, { "content-length": blob.length }).write(blob.subarray(0, half));
  setTimeout(() => response.end(blob.subarray(half)), 300);
}

/** An image of layers that each hold one file that does not compress. */
async function makeImage(sizes: readonly number[]) {
  const layers = await Promise.all(
    sizes.map(async (size, index) => {
      const archive = pack();
      archive.entry({ name: `file-${index}` }, randomBytes(size));
      archive.finalize();
      const tar = await buffer(archive);
      return { tar, blob: gzipSync(tar, { level: 1 }) };
    }),
  );
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: {},
      rootfs: { type: "layers", diff_ids: layers.map(({ tar }) => digestOf(tar)) },
    }),
  );
  const described = (mediaType: string, blob: Buffer) => ({
    mediaType: `application/vnd.docker.${mediaType}`,
    size: blob.length,
    digest: digestOf(blob),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described("container.image.v1+json", config),
      layers: layers.map(({ blob }) => described("image.rootfs.diff.tar.gzip", blob)),
    }),
  );
  const blobs = new Map([config, ...layers.map(({ blob }) => blob)].map((b) => [digestOf(b), b]));
  return { manifest, blobs };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
