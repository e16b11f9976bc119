import { once } from "node:events";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { type Agent, request } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import { BACKEND, TOKEN } from "../proxy/harness/scripted-controller.ts";

/** What a browser must know to get to a backend by HTTPS, without DNS. */
export interface HttpsPlace {
  readonly port: number;
  readonly ca: string;
  /** A backend's, as in the Host header. */
  readonly host: string;
}

export interface HttpsAnswer {
  status: number;
  body: string;
}

const PATH = `/${TOKEN}/`;

function tlsTo({ port, ca, host }: HttpsPlace) {
  return { host: "127.0.0.1", port, ca, servername: host.replace(/:\d+$/, "") };
}

/** By HTTP/1.1; without an agent on a connection of its own. */
export function getHttps(place: HttpsPlace, agent: Agent | false = false): Promise<HttpsAnswer> {
  return answerOf(request({ ...headFor(place), ...tlsTo(place), agent }));
}

/** The only request of a connection that is there already. */
export function getHttpsOn(place: HttpsPlace, secured: TLSSocket): Promise<HttpsAnswer> {
  return answerOf(request({ ...headFor(place), createConnection: () => secured }));
}

function headFor({ host }: HttpsPlace) {
  return { path: PATH, headers: { host } };
}

function answerOf(asked: ClientRequest): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    asked.once("error", reject);
    asked.once("response", (response) =>
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject),
    );
    asked.end();
  });
}

/** A connection that has agreed on HTTP/2. */
export async function openHttp2(place: HttpsPlace): Promise<ClientHttp2Session> {
  const { servername, ca } = tlsTo(place);
  const session = connectHttp2(`https://127.0.0.1:${place.port}`, { servername, ca });
  session.on("error", () => undefined);
  await once(session, "connect");
  return session;
}

export async function getHttp2(
  session: ClientHttp2Session,
  { host }: HttpsPlace,
): Promise<HttpsAnswer> {
  const stream = session.request({ ":authority": host, ":path": PATH });
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  return { status: Number(headers[":status"]), body: await text(stream) };
}

export async function openWss(place: HttpsPlace): Promise<WebSocket> {
  const { port, host, ...options } = { ...tlsTo(place), host: place.host };
  const socket = new WebSocket(`wss://127.0.0.1:${port}${PATH}`, {
    ...options,
    headers: { host },
  } as ClientOptions);
  socket.on("error", () => undefined);
  await once(socket, "open");
  return socket;
}

/** Shakes hands, over a connection that is there already if one is given. */
export async function openTls(place: HttpsPlace, socket?: Socket): Promise<TLSSocket> {
  const secured = connect({ ...tlsTo(place), ...(socket && { socket }) });
  secured.on("error", () => undefined);
  await once(secured, "secureConnect");
  return secured;
}

/** The certificate that is served to whoever comes now. */
export async function certificateOf(place: HttpsPlace): Promise<PeerCertificate> {
  const secured = await openTls(place);
  const certificate = secured.getPeerCertificate();
  secured.destroy();
  return certificate;
}

export function backendOf(clusterHost: string): string {
  return `${BACKEND}.${clusterHost}`;
}
