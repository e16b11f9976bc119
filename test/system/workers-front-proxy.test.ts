import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../harness/temp-dir.ts";
import { aCertificate } from "../harness/test-certificates.ts";
import { waitFor } from "../harness/wait-for.ts";
import { binaryHeader, ipv4Addresses } from "../proxy/entrance/proxy-headers.ts";
import { backendOf, getHttpsOn, openTls } from "./https-client.ts";
import { startWorkerSite } from "./worker-site.ts";

const DOMAIN = "sessions.example.com";
const TRUSTED = "127.0.0.1";
const STRANGER = "127.0.0.2";

const textHeader = (client: string) => Buffer.from(`PROXY TCP4 ${client} 10.0.0.1 12345 443\r\n`);
const clientOf = (body: string) => JSON.parse(body).headers["x-forwarded-for"];

test("behind a front proxy that passes TLS on, every worker knows the true client, and no stranger comes in", async () => {
  await using dir = await tempDir();
  const { chain, key } = await aCertificate([`*.${DOMAIN}`]);
  const files = { cert: join(dir.path, "tls.crt"), key: join(dir.path, "tls.key") };
  await writeFile(files.cert, chain);
  await writeFile(files.key, key);
  await using site = await startWorkerSite(
    [
      ...["--tls-cert", files.cert, "--tls-key", files.key],
      ...["--proxy-protocol", "--trust-proxy", TRUSTED, "--max-connections-per-address", "2"],
    ],
    { cluster: `https://${DOMAIN}:8443` },
  );
  const { port } = site;
  const place = { port, ca: chain, host: backendOf(`${DOMAIN}:8443`) };
  const dial = async (header: Buffer, localAddress = TRUSTED): Promise<Socket> => {
    const socket = connect({ host: "127.0.0.1", port, localAddress });
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(header);
    return socket;
  };
  const askAs = async (header: Buffer) =>
    await getHttpsOn(place, await openTls(place, await dial(header)));
  const clients = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"];
  const binary = (client: string) =>
    binaryHeader({ payload: ipv4Addresses(client.split(".").map(Number)) });
  for (const header of [binary, textHeader]) {
    const answers = await Promise.all(clients.map((client) => askAs(header(client))));
    expect(answers.map(({ body }) => clientOf(body))).toEqual(clients);
  }
  expect(site.controller.asked).toHaveLength(2);

  const refused = async () =>
    (await site.metrics()).get('hangar_proxy_connections_refused_total{reason="proxy-protocol"}');
  const untilRefused = (socket: Socket) => waitFor("its end", () => socket.destroyed);
  const strangers = [1, 2, 3, 4].map(async () => await dial(binary("203.0.113.9"), STRANGER));
  for (const stranger of strangers) await untilRefused(await stranger);
  expect(await refused()).toBe(4);

  const held = [await dial(textHeader("203.0.113.7")), await dial(binary("203.0.113.7"))];
  const secured = await Promise.all(held.map((socket) => openTls(place, socket)));
  await untilRefused(await dial(binary("203.0.113.7")));
  for (const socket of secured) socket.destroy();
});
