import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type DecodedPacket, decode, encode, type Packet, RECURSION_DESIRED } from "dns-packet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startDns } from "../../dns/index.ts";
import { respond } from "../../dns/respond.ts";
import { freePort } from "../../scripts/free-port.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { waitFor } from "../harness/wait-for.ts";

const CLUSTER = "sessions.example.com";
const NAME = `_acme-challenge.${CLUSTER}`;
const ZONE = "acme.example.net";

/** A controller that knows of one cluster's challenge, and the responder before it. */
async function startResponder(values: readonly string[] = ["one", "two"]) {
  const services = new ServiceStack();
  const asked: string[] = [];
  const api = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    const known = request.url === `/v1/acme/domains/${CLUSTER}/challenge`;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ values: known ? values : [] }));
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  services.defer(async () => {
    api.close();
    api.closeAllConnections();
  });
  const controllerUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const { log, lines } = recordingLog();
  const dns = services.use(
    await startDns(
      { log },
      {
        controllerUrl,
        key: "hak_planted",
        host: "127.0.0.1",
        port: 0,
        zone: ZONE,
        nameServer: "ns.example.org",
      },
    ),
  );
  return {
    port: dns.port,
    asked,
    lines,
    endApi: () => {
      api.close();
      api.closeAllConnections();
    },
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}

type Told = DecodedPacket & { rcode: string };

interface Asked {
  type?: string;
  opt?: { udpPayloadSize?: number; ednsVersion?: number };
}

function question(name: string, { type = "TXT", opt }: Asked = {}): Packet {
  const additionals = opt && [{ type: "OPT", name: ".", options: [], ...opt }];
  return {
    type: "query",
    id: 4_711,
    flags: RECURSION_DESIRED,
    questions: [{ type, name }],
    ...(additionals === undefined ? {} : { additionals }),
  } as unknown as Packet;
}

async function askUdp(port: number, message: Buffer): Promise<Told> {
  const socket = createSocket("udp4");
  try {
    socket.send(message, port, "127.0.0.1");
    const [answer] = await once(socket, "message", { signal: AbortSignal.timeout(5_000) });
    return decode(answer) as unknown as Told;
  } finally {
    socket.close();
  }
}

const ask = (port: number, name: string, asked: Asked = {}) =>
  askUdp(port, encode(question(name, asked)));

function texts({ answers = [] }: Packet): string[] {
  return answers.map((answer) => String((answer as { data: unknown }).data));
}

test.each([[NAME], [`${CLUSTER}.${ZONE}`], ["_ACME-Challenge.Sessions.Example.COM"]])(
  "%s has the texts of the challenge, for one second",
  async (name) => {
    await using dns = await startResponder();
    const answer = await ask(dns.port, name);
    expect(answer).toMatchObject({ id: 4_711, rcode: "NOERROR", flag_aa: true, flag_rd: true });
    expect(answer.questions).toMatchObject([{ name, type: "TXT" }]);
    expect(texts(answer)).toEqual(["one", "two"]);
    expect(answer.answers?.map((each) => (each as { ttl: number }).ttl)).toEqual([1, 1]);
    expect(dns.asked).toEqual([`Bearer hak_planted /v1/acme/domains/${CLUSTER}/challenge`]);
  },
);

test.each([
  [NAME, "A"],
  [NAME, "AAAA"],
  [NAME, "CAA"],
  [NAME, "ANY"],
  ["_acme-challenge.unknown.example", "TXT"],
  [`example.com.${ZONE}`, "NS"],
  [`com.${ZONE}`, "A"],
  [ZONE, "TXT"],
])("%s has nothing of type %s, and says so with its zone's SOA", async (name, type) => {
  await using dns = await startResponder();
  const answer = await ask(dns.port, name, { type });
  expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true, answers: [] });
  expect(answer.authorities).toMatchObject([{ type: "SOA", data: { minimum: 1 } }]);
});

test("a zone tells its SOA and its name server", async () => {
  await using dns = await startResponder();
  for (const apex of [ZONE, NAME]) {
    const soa = await ask(dns.port, apex, { type: "SOA" });
    expect(soa.answers).toMatchObject([
      { type: "SOA", name: apex, data: { mname: "ns.example.org" } },
    ]);
    const ns = await ask(dns.port, apex, { type: "NS" });
    expect(ns.answers).toMatchObject([{ type: "NS", name: apex, data: "ns.example.org" }]);
  }
  expect(dns.asked).toEqual([]);
});

test.each([["example.com"], [CLUSTER], ["."], [`x.${ZONE}.evil.example`], [`x${ZONE}`]])(
  "%s is not ours, and costs no question to the controller",
  async (name) => {
    await using dns = await startResponder();
    expect(await ask(dns.port, name)).toMatchObject({
      rcode: "REFUSED",
      flag_aa: false,
      answers: [],
    });
    expect(dns.asked).toEqual([]);
  },
);

test("transfers, other classes, other operations and several questions are refused each in its way", async () => {
  await using dns = await startResponder();
  expect((await ask(dns.port, ZONE, { type: "AXFR" })).rcode).toBe("REFUSED");
  const chaos = { type: "TXT", name: NAME, class: "CH" };
  const other = encode({ ...question(NAME), questions: [chaos] } as Packet);
  expect((await askUdp(dns.port, other)).rcode).toBe("REFUSED");
  const update = encode({ ...question(NAME), flags: 5 << 11 });
  expect((await askUdp(dns.port, update)).rcode).toBe("NOTIMP");
  const two = encode({ ...question(NAME), questions: [chaos, chaos] } as Packet);
  expect((await askUdp(dns.port, two)).rcode).toBe("FORMERR");
  expect((await askUdp(dns.port, encode({ ...question(NAME), questions: [] }))).rcode).toBe(
    "FORMERR",
  );
});

test("EDNS is answered with EDNS, and a version to come with BADVERS", async () => {
  await using dns = await startResponder();
  const opts = (packet: Packet) => packet.additionals?.filter(({ type }) => type === "OPT") ?? [];
  expect(opts(await ask(dns.port, NAME))).toEqual([]);
  const answer = await ask(dns.port, NAME, { opt: { udpPayloadSize: 4_096 } });
  expect(opts(answer)).toMatchObject([{ udpPayloadSize: 1_232, ednsVersion: 0, extendedRcode: 0 }]);
  expect(texts(answer)).toEqual(["one", "two"]);
  const later = await ask(dns.port, NAME, { opt: { ednsVersion: 1 } });
  expect(opts(later)).toMatchObject([{ extendedRcode: 1, ednsVersion: 0 }]);
  expect(later.rcode).toBe("NOERROR");
});

const LONG = Array.from({ length: 6 }, (_, index) => String(index).repeat(120));

test("what does not fit a datagram is cut off, and had by TCP", async () => {
  await using dns = await startResponder(LONG);
  const plain = await ask(dns.port, NAME);
  expect(plain).toMatchObject({ flag_tc: true, answers: [] });
  const small = await ask(dns.port, NAME, { opt: { udpPayloadSize: 100 } });
  expect(small.flag_tc).toBe(true);
  const large = await ask(dns.port, NAME, { opt: { udpPayloadSize: 4_096 } });
  expect(texts(large)).toEqual(LONG);
  const [byTcp] = await askTcp(dns.port, [encode(question(NAME))]);
  expect(byTcp).toMatchObject({ flag_tc: false });
  expect(texts(byTcp as Packet)).toEqual(LONG);
});

/** All in one go but for the last byte, which comes by itself. */
async function askTcp(port: number, messages: readonly Buffer[]): Promise<Packet[]> {
  const socket = connect(port, "127.0.0.1");
  const framed = Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      return [length, message];
    }),
  );
  socket.write(framed.subarray(0, -1));
  socket.end(framed.subarray(-1));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const heard = Buffer.concat(chunks);
  const answers: Packet[] = [];
  for (let at = 0; at < heard.length; at += 2 + heard.readUInt16BE(at)) {
    answers.push(decode(heard.subarray(at + 2, at + 2 + heard.readUInt16BE(at))));
  }
  return answers;
}

test("several questions on one connection are answered in their order", async () => {
  await using dns = await startResponder();
  const names = [NAME, "example.com", `${CLUSTER}.${ZONE}`];
  const answers = await askTcp(
    dns.port,
    names.map((name) => encode(question(name))),
  );
  expect(answers.map(({ questions }) => questions?.[0]?.name)).toEqual(names);
});

test("without an answer of the controller it is SERVFAIL, and the next question is asked again", async () => {
  await using dns = await startResponder();
  dns.endApi();
  expect((await ask(dns.port, NAME)).rcode).toBe("SERVFAIL");
  expect(dns.lines.join("")).toContain("cannot be looked up");
  expect(dns.lines.join("")).not.toContain("hak_planted");
});

test("rubbish is answered with FORMERR or not at all, and the next question as ever", async () => {
  await using dns = await startResponder();
  const whole = encode(question(NAME));
  expect((await askUdp(dns.port, whole.subarray(0, whole.length - 3))).rcode).toBe("FORMERR");
  const socket = createSocket("udp4");
  for (const message of [
    Buffer.alloc(0),
    Buffer.alloc(11),
    encode({ ...question(NAME), type: "response" }),
  ]) {
    socket.send(message, dns.port, "127.0.0.1");
  }
  let heard = 0;
  socket.on("message", () => {
    heard += 1;
  });
  expect(texts(await ask(dns.port, NAME))).toEqual(["one", "two"]);
  expect(heard).toBe(0);
  socket.close();
  const stuck = connect(dns.port, "127.0.0.1");
  stuck.write(Buffer.from([0, 3, 1, 2, 3]));
  stuck.resume();
  await once(stuck, "close");
  expect(texts(await ask(dns.port, NAME))).toEqual(["one", "two"]);
});

test("no message of bytes makes it throw, hang or answer an answer", async () => {
  const { log } = recordingLog();
  const served = { zone: ZONE, nameServer: undefined };
  const deps = { log, served, lookUp: async () => ["value"] };
  const seed = encode(question(NAME, { opt: { udpPayloadSize: 1_232 } }));
  const mutated = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(seed.length),
    )
    .map(([changes, length]) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, length);
    });
  const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each));
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, bytes), async (message) => {
      const answer = await respond(deps, message, "udp");
      if (answer === undefined) return;
      expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect(answer.readUInt16BE(2) & 0x8000).toBe(0x8000);
      expect(answer.length).toBeLessThanOrEqual(1_232);
      decode(answer);
    }),
    { numRuns: 3_000 },
  );
});

test("a port that is taken is named, and leaves nothing behind", async () => {
  await using dns = await startResponder();
  const { log } = recordingLog();
  const config = { controllerUrl: "http://127.0.0.1:9", key: "k", host: "127.0.0.1" };
  await expect(startDns({ log }, { ...config, port: dns.port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${dns.port}`,
  );
  const port = await freePort();
  const taken = createSocket("udp4").bind(port, "127.0.0.1");
  await once(taken, "listening");
  await expect(startDns({ log }, { ...config, port })).rejects.toThrow("cannot listen");
  taken.close();
  await waitFor("both to be free again", async () => {
    const again = await startDns({ log }, { ...config, port }).catch(() => undefined);
    await again?.[Symbol.asyncDispose]();
    return again;
  });
});

test("many who ask the same at once cost one question to the controller", async () => {
  await using dns = await startResponder();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(dns.port, NAME)));
  expect(answers.every((answer) => texts(answer).length === 2)).toBe(true);
  expect(dns.asked.length).toBeLessThan(10);
});
