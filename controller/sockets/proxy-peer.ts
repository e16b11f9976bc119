import { CLOSE_CODES, PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { isToken } from "../../src/protocol/ids.ts";
import { type ControllerToProxy, ProxyToController } from "../../src/protocol/proxy-messages.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { routeResult } from "../routing/route-result.ts";
import type { Store } from "../store/store.ts";
import type { AcceptDeps } from "./accept-socket.ts";
import type { AttachedPeer, PeerKind } from "./peer-sockets.ts";
import { ProxyActivity } from "./proxy-activity.ts";
import { ProxyRevocations } from "./proxy-revocations.ts";
import type { RevocationNews } from "./revocation-news.ts";
import { ToldBackends } from "./told-backends.ts";

export interface ProxyPeerDeps extends AcceptDeps {
  store: Store;
  changes: ChangeFeed;
  revocations: RevocationNews;
  controllerId: string;
}

type Hello = Extract<ProxyToController, { type: "hello" }>;
type RouteRequest = Extract<ProxyToController, { type: "route-request" }>;

interface Proxy {
  name: string;
  cluster: string;
  told: ToldBackends;
  activity: ProxyActivity;
  revocations: ProxyRevocations;
  messages: MessageSocket<ProxyToController, ControllerToProxy>;
}

/** How the controller deals with each proxy that dials. */
export function proxyPeers(deps: ProxyPeerDeps): PeerKind<ProxyToController, ControllerToProxy> {
  return {
    inbound: validatorOf(ProxyToController),
    // A proxy's identity is its process's own.
    nameOf: ({ proxy, identity }) => ({ name: proxy, identity, incarnation: identity }),
    attach: (hello, messages) => attachProxy(deps, hello, messages),
  };
}

async function attachProxy(
  deps: ProxyPeerDeps,
  { proxy: name, identity, cluster, version }: Hello,
  messages: Proxy["messages"],
): Promise<AttachedPeer<ProxyToController>> {
  const { store, controllerId, log } = deps;
  // A welcome makes a proxy ask for all its routes again, so whoever cannot answer gives none.
  await store.ping();
  log.info({ proxy: name, cluster, version }, "proxy attached");
  messages.send({
    type: "welcome",
    protocol_version: PROTOCOL_VERSION,
    controller: controllerId,
  });
  const told = new ToldBackends(deps, (message) => messages.send(message));
  const activity = new ProxyActivity(deps, `${name}/${identity}`, { cluster, version });
  const revocations = new ProxyRevocations(deps, (message) => messages.send(message));
  const proxy = { name, cluster, told, activity, revocations, messages };
  return {
    receive: (message) => receive(deps, proxy, message),
    detach(replaced) {
      told.close();
      revocations.close();
      if (!replaced) log.warn({ proxy: name }, "proxy detached");
    },
  };
}

async function receive(
  deps: ProxyPeerDeps,
  proxy: Proxy,
  message: ProxyToController,
): Promise<void> {
  switch (message.type) {
    case "hello":
      return proxy.messages.close(CLOSE_CODES.badHello, "said hello twice");
    case "route-request":
      // Not awaited: one slow lookup must not hold up the activity behind it.
      answerRoute(deps, proxy, message).catch((error: unknown) => {
        deps.log.error({ err: error, proxy: proxy.name }, "cannot resolve a route");
        proxy.messages.send(unavailable(message.request_id));
      });
      return;
    case "activity": {
      const { backends, complete } = message;
      const open = backends.filter((backend) => backend.open > 0);
      if (complete === true) proxy.revocations.owe(open.map(({ backend_id }) => backend_id));
      await proxy.revocations.settle();
      const known = await proxy.activity.record(message);
      if (!known) proxy.messages.close(1011, "dial again, and say all that is open");
      return;
    }
    default:
      return message satisfies never;
  }
}

function unavailable(request_id: number): ControllerToProxy {
  const message = "the controller cannot look routes up at the moment";
  return {
    type: "route-response",
    request_id,
    result: { kind: "refused", code: "unavailable", message },
  };
}

async function answerRoute(
  { store }: ProxyPeerDeps,
  { cluster, told, revocations, messages }: Proxy,
  { request_id, label, token }: RouteRequest,
): Promise<void> {
  const sane = token !== undefined && isToken(token) ? token : null;
  const resolve = async () =>
    routeResult(await store.resolveRoute({ cluster, label: label ?? null, token: sane }), {
      label: label !== undefined,
      token: token !== undefined,
    });
  using lookup = revocations.begin();
  let result = await resolve();
  if (result.kind === "route" && told.add(result.route.backend_id)) {
    // Again, now that changes are told: what happened in between is seen by one or the other.
    result = await resolve();
  }
  while (result.kind === "route" && lookup.hasRevoked(result.route)) result = await resolve();
  messages.send({ type: "route-response", request_id, result });
}
