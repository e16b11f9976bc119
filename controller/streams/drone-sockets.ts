import type { ControllerToDrone } from "../../src/protocol/drone-messages.ts";
import type { StreamDown, StreamUp } from "../../src/protocol/stream-messages.ts";
import { MAX_DRONE_STREAMS } from "../../src/protocol/timings.ts";

type Up = (message: StreamUp) => void;

interface Socket {
  send(message: ControllerToDrone): void;
  /** The streams that are open on it, and how many frames each has sent. */
  streams: Map<string, { up: Up; sent: number }>;
  frames: number;
}

/** What a drone's connection has to do with streams. */
export interface AttachedStreams {
  receive(message: StreamUp): void;
  detach(): void;
}

/** The drones that are connected to this very controller, and the streams that are open on each. */
export class DroneSockets {
  readonly #sockets = new Map<string, Socket>();

  /** A drone that dials again replaces its older connection, whose streams end. */
  attach(drone: string, send: Socket["send"]): AttachedStreams {
    const socket: Socket = { send, streams: new Map(), frames: 0 };
    const older = this.#sockets.get(drone);
    this.#sockets.set(drone, socket);
    if (older !== undefined) endAll(older, drone);
    return {
      receive: (message) => receive(socket, message),
      detach: () => {
        if (this.#sockets.get(drone) === socket) this.#sockets.delete(drone);
        endAll(socket, drone);
      },
    };
  }

  has(drone: string): boolean {
    return this.#sockets.has(drone);
  }

  /** Whether it would refuse to tell one more. */
  isFull(drone: string): boolean {
    return (this.#sockets.get(drone)?.streams.size ?? 0) >= MAX_DRONE_STREAMS;
  }

  /** What comes of a stream that is opened goes `up`. */
  send(drone: string, message: StreamDown, up: Up): void {
    const { stream_id } = message;
    const socket = this.#sockets.get(drone);
    if (socket === undefined) {
      up(awayEnd(stream_id, drone, 0));
      return;
    }
    if (message.type === "stream-open") socket.streams.set(stream_id, { up, sent: 0 });
    else if (!socket.streams.has(stream_id)) return;
    if (message.type === "stream-close") socket.streams.delete(stream_id);
    socket.send(message);
  }
}

function receive(socket: Socket, message: StreamUp): void {
  if (message.type === "stream-data") {
    socket.frames += 1;
    socket.send({ type: "stream-ack", frames: socket.frames });
  }
  const stream = socket.streams.get(message.stream_id);
  if (stream === undefined) return;
  if (message.type === "stream-data") stream.sent += 1;
  else socket.streams.delete(message.stream_id);
  stream.up(message);
}

function endAll({ streams }: Socket, drone: string): void {
  for (const [id, { up, sent }] of streams) up(awayEnd(id, drone, sent));
  streams.clear();
}

function awayEnd(stream_id: string, drone: string, frames: number): StreamUp {
  const message = `drone ${drone} is not connected`;
  return { type: "stream-end", stream_id, frames, problem: { code: "unavailable", message } };
}
