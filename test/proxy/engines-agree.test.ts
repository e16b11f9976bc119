import { describe, expect, test } from "vitest";
import type { CreateEngine, Forward } from "../../proxy/engine.ts";
import { createDirectEngine } from "../../proxy/engines/direct-engine.ts";
import { createHttpProxyEngine } from "../../proxy/engines/http-proxy-engine.ts";
import { waitFor } from "../harness/wait-for.ts";
import { TRANSPORTS, type Transport } from "./harness/engine-door.ts";
import { answerOf, startEngineFixture } from "./harness/engine-fixture.ts";
import { answerAsDirect } from "./harness/read-as-direct.ts";

/*
 * The same bytes through both engines: the same request arrives, the same answer comes back, and the
 * client's connection has the same fate. What may differ, and why:
 */
const MAY_DIFFER = new Set([
  // Each may state its own hop: Node says keep-alive aloud, `direct` leaves it to HTTP/1.1.
  "connection",
  "keep-alive",
  // Of an answer that had none, from the proxy's clock.
  "date",
]);

interface Case {
  name: string;
  request: string;
  /** Undefined if it should not get as far as a backend. */
  answer?: string;
  backendCloses?: boolean;
  changes?: Partial<Forward>;
  /** The gate answers instead. */
  refusedWith?: number;
}

const GET = "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const head = (...lines: string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const post = (...lines: string[]) => head("POST /p HTTP/1.1", "Host: h", ...lines);

const EDITS: Partial<Forward> = {
  path: "/elsewhere",
  request: {
    remove: new Set(["x-gone", "connection", "te"]),
    set: [
      ["x-set", "ours"],
      ["cookie", "a=1"],
    ],
  },
  response: {
    set: [["x-hangar-backend", "id"]],
    append: [["set-cookie", "hangar=t"]],
    defaults: [["access-control-allow-origin", "*"]],
    refusedCookies: ["hangar"],
  },
};

const CASES: Case[] = [
  { name: "a plain request", request: GET, answer: OK },
  { name: "an answer without a body", request: GET, answer: head("HTTP/1.1 204 No Content") },
  {
    name: "an unchanged answer",
    request: GET,
    answer: head("HTTP/1.1 304 Not Modified", 'ETag: "1"', "Content-Length: 9"),
  },
  {
    name: "HEAD",
    request: head("HEAD / HTTP/1.1", "Host: h"),
    answer: head("HTTP/1.1 200 OK", "Content-Length: 9", "X: 1"),
  },
  { name: "an upload", request: `${post("Content-Length: 5")}hello`, answer: OK },
  {
    name: "an upload in chunks",
    request: `${post("Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`,
    answer: OK,
  },
  { name: "an empty upload", request: post("Content-Length: 0"), answer: OK },
  {
    name: "an answer in chunks",
    request: GET,
    answer: `${head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")}2\r\nok\r\n0\r\n\r\n`,
  },
  {
    name: "an answer in chunks with a trailer",
    request: GET,
    answer: `${head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")}2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n`,
  },
  {
    name: "an answer that ends with the connection",
    request: GET,
    answer: `${head("HTTP/1.1 200 OK", "X: 1")}until the end`,
    backendCloses: true,
  },
  {
    name: "an answer of HTTP/1.0",
    request: GET,
    answer: `${head("HTTP/1.0 200 OK", "X: 1")}until the end`,
    backendCloses: true,
  },
  {
    name: "a backend that wants to close",
    request: GET,
    answer: `${head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2")}ok`,
    backendCloses: true,
  },
  {
    name: "a client that wants to close",
    request: head("GET / HTTP/1.1", "Host: h", "Connection: close"),
    answer: OK,
  },
  { name: "a client of HTTP/1.0", request: head("GET / HTTP/1.0", "Host: h"), answer: OK },
  {
    name: "a client of HTTP/1.0 that wants to stay",
    request: head("GET / HTTP/1.0", "Host: h", "Connection: keep-alive"),
    answer: OK,
  },
  {
    name: "edits of both heads",
    request: head("GET / HTTP/1.1", "Host: h", "X-Gone: 1", "x-set: theirs", "Cookie: b", "X-K: 1"),
    answer: `${head("HTTP/1.1 200 OK", "Set-Cookie: hangar=x", "set-cookie: c=1", "Content-Length: 2")}ok`,
    changes: EDITS,
  },
  {
    name: "an app that speaks for itself about other origins",
    request: GET,
    answer: head("HTTP/1.1 200 OK", "Access-Control-Allow-Origin: a", "Content-Length: 0"),
    changes: EDITS,
  },
  {
    name: "headers of one hop in an answer",
    request: GET,
    answer: head(
      ...["HTTP/1.1 200 OK", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5"],
      ...["Proxy-Authenticate: Basic", "Trailer: X", "Content-Length: 0"],
    ),
  },
  {
    name: "odd but lawful header lines",
    request: head("GET / HTTP/1.1", "Host: h", "X:a", "Y:  b \t", "Z:", "W: \xe9"),
    answer: head("HTTP/1.1 299 Odd \xe9", "X:a", "Y:  b \t", "Z:", "Content-Length: 0"),
  },
  { name: "the gate's refusal", request: GET, refusedWith: 403 },
  { name: "the gate's refusal of HEAD", request: GET.replace("GET", "HEAD"), refusedWith: 401 },
  ...[
    ["no HTTP", "\x16\x03\x01\x02\r\n\r\n"],
    ["a space before the colon", head("GET / HTTP/1.1", "Host : h")],
    ["a folded line", head("GET / HTTP/1.1", "Host: h", " x")],
    ["a bare carriage return", head("GET / HTTP/1.1", "Host: h", "X: a\rb")],
    ["a zero byte", head("GET / HTTP/1.1", "Host: h", "X: a\0")],
    ["two lengths", `${post("Content-Length: 1", "Content-Length: 2")}ab`],
    ["both framings", `${post("Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`],
    ["an unknown coding", `${post("Transfer-Encoding: gzip, chunked")}0\r\n\r\n`],
    ["a signed length", `${post("Content-Length: +1")}a`],
    ["an unknown method", head("FETCH / HTTP/1.1", "Host: h")],
    ["an unknown version", head("GET / HTTP/3.0", "Host: h")],
  ].map(([name = "", request = ""]) => ({ name, request })),
  ...[
    ["rubbish", "rubbish\r\n\r\n"],
    ["two lengths", head("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2")],
    ["both framings", head("HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked")],
    ["an unknown coding", head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked")],
    ["a bad name", head("HTTP/1.1 200 OK", "Bad Name: 1", "Content-Length: 0")],
    ["a switch", head("HTTP/1.1 101 Switching Protocols")],
  ].map(([name, answer = ""]) => ({ name: `${name} from a backend`, request: GET, answer })),
];

/** What became of a case, but for what may differ. */
async function outcomeOf(createEngine: CreateEngine, one: Case, transport: Transport) {
  await using fixture = await startEngineFixture(createEngine, { transport });
  if (one.changes !== undefined) {
    fixture.decide = async (asked) => fixture.forward(asked, one.changes);
  }
  if (one.refusedWith !== undefined) {
    const { refusedWith } = one;
    fixture.decide = async () => answerOf(refusedWith, "refused");
  }
  const client = await fixture.client();
  client.send(one.request);
  let arrived: unknown;
  if (one.answer !== undefined) {
    const backend = await fixture.backend.accept();
    arrived = comparable(await backend.takeHead());
    backend.send(one.answer);
    if (one.backendCloses === true) backend.socket.end();
  }
  const method = one.request.split(" ")[0] ?? "";
  const isWhole = () => answerAsDirect(Buffer.from(client.received, "latin1"), method, 99);
  const answer = await waitFor(
    "the answer",
    () => isWhole() ?? (client.closed ? "closed" : undefined),
  );
  const isOpen = await staysOpen();
  return {
    arrived,
    answer: answer === "closed" ? answer : { ...answer, headers: sorted(answer.headers) },
    fate: isOpen ? "open" : "closed",
    failures: fixture.failures.map(({ kind }) => kind),
  };

  /** Whether another request on it is still decided about. */
  async function staysOpen(): Promise<boolean> {
    const before = fixture.heads.length;
    client.send(head("GET /next HTTP/1.1", "Host: h"));
    return await waitFor("the connection's fate", () => {
      if (fixture.heads.length > before) return "open";
      return client.closed || client.ended ? "closed" : undefined;
    }).then((fate) => fate === "open");
  }
}

function comparable(text: string) {
  const [first, ...lines] = text.trimEnd().split("\r\n");
  const flat = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { first, headers: sorted(flat) };
}

function sorted(flat: readonly string[]): string[] {
  return flat
    .flatMap((name, at) => (at % 2 === 0 ? [`${name.toLowerCase()}: ${flat[at + 1]}`] : []))
    .filter((line) => !MAY_DIFFER.has(line.split(":")[0] ?? ""))
    .toSorted();
}

describe.each(TRANSPORTS)("over %s", (transport) => {
  test.each(CASES)("both engines make the same of $name", async (one) => {
    const [direct, reference] = [
      await outcomeOf(createDirectEngine, one, transport),
      await outcomeOf(createHttpProxyEngine, one, transport),
    ];
    expect(direct).toEqual(reference);
  });
});
