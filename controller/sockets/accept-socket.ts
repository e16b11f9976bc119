import type { WebSocket } from "ws";
import { CLOSE_CODES, PROTOCOL_VERSION, SOCKET_UPKEEP } from "../../src/protocol/handshake.ts";
import type { Validator } from "../../src/protocol/validate.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { MessageSocket } from "../../src/shared/message-socket.ts";
import { isDatabaseAway } from "../store/database-away.ts";

export interface AcceptDeps {
  clock: Clock;
  log: Log;
}

export interface Peer<In> {
  onMessage(message: In): Promise<void> | void;
  onClose(): Promise<void> | void;
}

export interface AcceptedSocket<In, Out> {
  messages: MessageSocket<In, Out>;
  /** Resolves once the socket is closed and all that came before has been handled. */
  finished: Promise<void>;
}

export type HelloOf<In> = Extract<In, { type: "hello" }>;

/**
 * The controller's end of a socket. Messages are handled one after another in the order they came, so
 * a report never overtakes the one before it. What fails here is logged and hangs up: the peer dials
 * again and says again what was not acknowledged.
 */
export function acceptSocket<In extends { type: string }, Out>(
  { log }: Pick<AcceptDeps, "log">,
  socket: WebSocket,
  inbound: Validator<In>,
  greet: (hello: HelloOf<In>, messages: MessageSocket<In, Out>) => Promise<Peer<In>>,
): AcceptedSocket<In, Out> {
  let peer: Peer<In> | undefined;
  let turn = Promise.resolve();
  const inTurn = (task: () => Promise<void> | void) => {
    turn = turn.then(task).catch((error: unknown) => {
      if (isDatabaseAway(error)) {
        log.warn({ problem: error.message }, "the database is away; hanging up");
      } else {
        log.error({ err: error }, "message could not be handled; hanging up");
      }
      messages.close(1011, "internal error");
    });
  };
  const messages: MessageSocket<In, Out> = new MessageSocket<In, Out>({
    ...SOCKET_UPKEEP,
    socket,
    log,
    inbound,
    onMessage: (message) =>
      inTurn(async () => {
        if (peer !== undefined) return await peer.onMessage(message);
        if (!isHello(message)) return messages.close(CLOSE_CODES.badHello, badHello(message));
        clearTimeout(noHello);
        peer = await greet(message, messages);
      }),
  });
  const noHello = setTimeout(() => {
    if (peer === undefined) messages.close(CLOSE_CODES.badHello, "expected a hello");
  }, SOCKET_UPKEEP.silenceLimitMs);
  const finished = messages.closed.then(() => {
    clearTimeout(noHello);
    inTurn(() => peer?.onClose());
    return turn;
  });
  return { messages, finished };
}

function isHello<In extends { type: string }>(message: In): message is HelloOf<In> {
  return (
    message.type === "hello" &&
    "protocol_version" in message &&
    message.protocol_version === PROTOCOL_VERSION
  );
}

function badHello(message: { type: string }): string {
  return message.type === "hello"
    ? `this controller speaks protocol version ${PROTOCOL_VERSION}`
    : "expected a hello";
}
