import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { connect } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import type { Engine } from "../../../proxy/engine.ts";
import { startEntrance } from "../../../proxy/entrance/entrance.ts";
import { OpenClients } from "../../../proxy/entrance/open-clients.ts";
import { TlsStep } from "../../../proxy/entrance/tls-step.ts";
import type { Figures } from "../../../proxy/figures/figures.ts";
import { readCertificate } from "../../../proxy/tls/certificate.ts";
import { CertificateShelf } from "../../../proxy/tls/certificate-shelf.ts";
import { trustedProxiesOf } from "../../../proxy/trusted-proxies.ts";
import type { Log } from "../../../src/shared/log.ts";
import { aCertificate } from "../../harness/test-certificates.ts";
import { connectRaw, RawPeer } from "./raw-peer.ts";

export const TRANSPORTS = ["plain", "TLS"] as const;
export type Transport = (typeof TRANSPORTS)[number];

interface TestDoorDeps {
  log: Log;
  figures: Figures;
  engine: Engine;
}

interface TestDoorOptions {
  transport: Transport;
  maxConnections: number;
}

/** The way into an engine under test, as a proxy has it, and the clients that know it. */
export interface TestDoor {
  readonly port: number;
  client(): Promise<RawPeer>;
  webSocket(): WebSocket;
  close(): void;
}

const NAME = "h.example";
let certificate: ReturnType<typeof aCertificate> | undefined;

export async function openTestDoor(
  { log, figures, engine }: TestDoorDeps,
  { transport, maxConnections }: TestDoorOptions,
): Promise<TestDoor> {
  const isSecure = transport === "TLS";
  certificate ??= aCertificate([NAME]);
  const pair = await certificate;
  const shelf = new CertificateShelf();
  shelf.put([readCertificate(pair)]);
  const step = new TlsStep(
    { log, figures, shelf, serve: (client) => engine.serve(client) },
    { handshakeTimeoutMs: 10_000, protocols: ["http/1.1"] },
  );
  const { port, stopAccepting } = await startEntrance(
    {
      ...{ log, figures, clients: new OpenClients(), trusted: trustedProxiesOf([]) },
      serve: (client) => (isSecure ? step.accept(client) : engine.serve(client)),
    },
    {
      ...{ host: "127.0.0.1", port: 0, proxyHeaderTimeoutMs: undefined },
      ...{ maxConnections, maxConnectionsPerAddress: maxConnections },
    },
  );
  const trust = { ca: pair.chain, servername: NAME };
  return {
    port,
    client: () => (isSecure ? connectSecure(port, trust) : connectRaw(port)),
    webSocket: () =>
      isSecure
        ? new WebSocket(`wss://127.0.0.1:${port}/ws`, trust as ClientOptions)
        : new WebSocket(`ws://127.0.0.1:${port}/ws`),
    close() {
      stopAccepting();
      step.close();
    },
  };
}

/** A client that is turned away before its handshake is closed, as it would be after. */
async function connectSecure(
  port: number,
  trust: { ca: string; servername: string },
): Promise<RawPeer> {
  const wire = connectPlain({ host: "127.0.0.1", port });
  await once(wire, "connect");
  wire.setNoDelay(true);
  const socket = connect({ socket: wire, ...trust });
  const peer = new RawPeer(socket, wire);
  await new Promise<void>((resolve) => {
    socket.once("secureConnect", resolve);
    socket.once("close", () => resolve());
  });
  return peer;
}
