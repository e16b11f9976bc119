/**
 * The DNS of some machines: answers for a zone file of lines `NAME TYPE VALUE`, and asks for what that gives to
 * another name server there, as a resolver does. Called with an address and the file, which it reads anew for each question.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Answer, decode, encode, type RecordType } from "dns-packet";

const PORT = 53;
const TTL_SECONDS = 1;
const PATIENCE_MS = 2_000;
const [address = "", zoneFile = ""] = process.argv.slice(2);

interface Line {
  name: string;
  type: string;
  value: string;
}

function readZone(): Line[] {
  const lines = readFileSync(zoneFile, "utf8").toLowerCase().trim().split("\n");
  return lines.map((line) => {
    const [name = "", type = "", value = ""] = line.trim().split(/\s+/);
    return { name: plain(name), type: type.toUpperCase(), value: plain(value) };
  });
}

const plain = (name: string) => name.replace(/\.$/, "");
const parentOf = (name: string) => name.slice(name.indexOf(".") + 1);

async function resolve(name: string, type: string, zone: readonly Line[]): Promise<Answer[]> {
  const here = zone.filter((line) => line.name === name || line.name === `*.${parentOf(name)}`);
  const found = here.find((line) => line.type === type);
  if (found !== undefined) return [answerOf(name, found)];
  const alias = here.find((line) => line.type === "CNAME");
  if (alias !== undefined) {
    return [answerOf(name, alias), ...(await resolve(alias.value, type, zone))];
  }
  const server = zone.find((line) => line.type === "NS" && name.endsWith(`.${line.name}`));
  const [glue] = zone.filter((line) => line.type === "A" && line.name === server?.value);
  return glue === undefined ? [] : await askAt(glue.value, name, type);
}

function answerOf(name: string, { type, value }: Line): Answer {
  return { name, type, ttl: TTL_SECONDS, data: value } as Answer;
}

async function askAt(server: string, name: string, type: string): Promise<Answer[]> {
  const socket = createSocket("udp4");
  try {
    const questions = [{ name, type: type as RecordType }];
    socket.send(encode({ type: "query", id: 1, questions }), PORT, server);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const [message] = (await once(socket, "message", { signal })) as [Buffer];
    return decode(message).answers ?? [];
  } catch {
    return [];
  } finally {
    socket.close();
  }
}

const socket = createSocket("udp4");
socket.on("message", async (message, from) => {
  const { id, questions = [] } = decode(message);
  const [{ name, type } = { name: "", type: "A" }] = questions;
  // A CA varies the letters' case and wants them back.
  const answers = await resolve(name.toLowerCase(), type, readZone());
  const told = answers.map((each) => (each.name === name.toLowerCase() ? { ...each, name } : each));
  socket.send(encode({ type: "response", id, questions, answers: told }), from.port, from.address);
});
socket.bind(PORT, address, () => process.stdout.write("name server listens\n"));
