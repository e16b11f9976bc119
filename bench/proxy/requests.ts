import type { AnswerSize, DIGEST_PATH } from "./answers.ts";

/** As the proxy's host names go: the first label is the backend's id. */
export const BACKEND_ID = "abcdefghijklmn";
export const CLUSTER = "localhost:9090";
const HOST = `${BACKEND_ID}.${CLUSTER}`;
// Who came with a token in the path has it as a cookie from then on.
const COOKIE = `hangar=hct_${"T".repeat(40)}`;

const UPLOAD_BYTES = 10_000;
const BROWSER = [
  "Connection: keep-alive",
  'sec-ch-ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  "sec-ch-ua-mobile: ?0",
  'sec-ch-ua-platform: "Linux"',
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Accept: */*",
  "Sec-Fetch-Site: same-origin",
  "Sec-Fetch-Mode: cors",
  "Sec-Fetch-Dest: empty",
  `Referer: http://${HOST}/`,
  "Accept-Encoding: gzip, deflate",
  "Accept-Language: en-GB,en;q=0.9",
];

export type RequestKind =
  | { head: "bare" | "browser"; answer: AnswerSize }
  | { upload: "small" | typeof DIGEST_PATH };

/** So many paths: nobody asks for the same one each time. */
const PATHS = 64;

/** The requests that a connection makes, one after another, as bytes. */
export function requestsOf(kind: RequestKind): Buffer[] {
  return Array.from({ length: PATHS }, (_, index) => {
    const path = `/documents/${1_000 + index}/parts/${index % 7}`;
    return "upload" in kind
      ? uploadTo(`${path}/${kind.upload}`)
      : Buffer.from(head("GET", `${path}/${kind.answer}`, kind.head === "bare" ? [] : BROWSER));
  });
}

export function requestFor(path: string): Buffer {
  return Buffer.from(head("GET", path, BROWSER));
}

/** The bytes of each upload. */
export const UPLOAD = Buffer.alloc(UPLOAD_BYTES, "some bytes of an upload, again and again; ");

function uploadTo(path: string): Buffer {
  const about = [
    "Content-Type: application/octet-stream",
    `Content-Length: ${UPLOAD.length}`,
    `Origin: http://${HOST}`,
  ];
  return Buffer.concat([Buffer.from(head("POST", path, [...BROWSER, ...about])), UPLOAD]);
}

/** As a browser opens a WebSocket, without the offer to compress. */
export const UPGRADE = Buffer.from(
  head("GET", "/ws", [
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Origin: http://${HOST}`,
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ]),
);

function head(method: string, path: string, headers: readonly string[]): string {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${HOST}`, ...headers, `Cookie: ${COOKIE}`];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const MESSAGE = Buffer.from("a small message of 41 bytes, there and ba");
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A client's frame, masked as it must be. */
export const FRAME = Buffer.concat([
  Buffer.from([0x82, 0x80 | MESSAGE.length]),
  MASK,
  MESSAGE.map((byte, index) => byte ^ (MASK[index & 3] ?? 0)),
]);
/** What comes back for it: the same without the mask. */
export const ECHO = Buffer.concat([Buffer.from([0x82, MESSAGE.length]), MESSAGE]);
