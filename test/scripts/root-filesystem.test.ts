import { buffer } from "node:stream/consumers";
import { extract, type Header } from "tar-stream";
import { expect, test } from "vitest";
import { packRootFilesystem, type RootFilesystem } from "../../scripts/root-filesystem.ts";

const FILES: RootFilesystem = new Map([
  ["/etc/passwd", { content: "app:x:1:1::/:/\n" }],
  ["/usr/share/doc/rules.json", { copyOf: "biome.json" }],
]);

async function bytesOf(files: RootFilesystem): Promise<Buffer> {
  const { archive, packed } = packRootFilesystem(files);
  const [bytes] = await Promise.all([buffer(archive), packed]);
  return bytes;
}

async function headersIn(bytes: Buffer): Promise<Header[]> {
  const headers: Header[] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

test("each directory comes before what stands in it, open to every user", async () => {
  const headers = await headersIn(await bytesOf(FILES));
  expect(headers.map(({ name, mode = 0 }) => `${mode.toString(8)} ${name}`)).toEqual([
    "755 etc",
    "755 usr",
    "755 usr/share",
    "755 usr/share/doc",
    "1777 tmp",
    "644 etc/passwd",
    "644 usr/share/doc/rules.json",
  ]);
});

test("the same files give the same bytes", async () => {
  expect((await bytesOf(FILES)).equals(await bytesOf(FILES))).toBe(true);
});

test("a file that is gone fails the reader as well as the writer", async () => {
  const { archive, packed } = packRootFilesystem(new Map([["/a", { copyOf: "/nowhere" }]]));
  await Promise.all([
    expect(buffer(archive)).rejects.toThrow("ENOENT"),
    expect(packed).rejects.toThrow("ENOENT"),
  ]);
});
