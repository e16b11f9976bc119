/**
 * The backend of the fault harness: a witness. It writes its signs of life, by the machine's monotonic
 * clock, into a file of its own in the folder it mounts, and tells whoever asks who it is and what
 * x-verified-* headers came with the request.
 *
 *   CHAOS_STOP=prompt   exits at SIGTERM
 *   CHAOS_STOP=slow     exits 700 ms after it
 *   CHAOS_STOP=never    ignores it
 */
import { appendFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { WebSocketServer } from "ws";

const BEAT_MS = 50;
const SLOW_MS = 700;

const {
  SESSION_BACKEND_ID: backend = "",
  SESSION_BACKEND_KEY: key = "",
  SESSION_BACKEND_FENCING_TOKEN: token = "",
  CHAOS_STOP: stop = "prompt",
  PORT: port = "8080",
} = process.env;
const identity = { backend, key, token: Number(token) };
const file = `/data/${backend}.witness`;

const write = (line: string) => appendFileSync(file, `${line}\n`);
const now = () => (Number(process.hrtime.bigint() / 1_000n) / 1_000).toFixed(1);

write(JSON.stringify({ ...identity, boot: `${process.pid}-${now()}` }));
write(now());
setInterval(() => write(now()), BEAT_MS);

process.on("SIGTERM", () => {
  write(`stop ${now()}`);
  if (stop === "prompt") process.exit(0);
  if (stop === "slow") setTimeout(() => process.exit(0), SLOW_MS);
});

/** Those that claim to be Hangar's, also in the spellings that some servers take for the same. */
function verified(headers: IncomingHttpHeaders): Record<string, unknown> {
  const entries = Object.entries(headers).filter(([name]) => /^x[-_]verified[-_]/i.test(name));
  return Object.fromEntries(entries);
}

const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ ...identity, verified: verified(request.headers) }));
});
new WebSocketServer({ server }).on("connection", (socket, request) => {
  const answer = JSON.stringify({ ...identity, verified: verified(request.headers) });
  socket.on("message", () => socket.send(answer));
  socket.on("error", () => socket.terminate());
});
server.listen(Number(port), () => process.stdout.write(`witness: listening on ${port}\n`));
