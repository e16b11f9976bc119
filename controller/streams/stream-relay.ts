import type { StreamDown, StreamUp } from "../../src/protocol/stream-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { Store } from "../store/store.ts";
import type { DroneSockets } from "./drone-sockets.ts";
import type { IncomingStream } from "./incoming-stream.ts";
import { PostReader, PostWriter } from "./post-codec.ts";

export interface StreamRelayDeps {
  store: Pick<Store, "post" | "onPost">;
  clock: Clock;
  log: Log;
  controllerId: string;
  drones: DroneSockets;
  receive(message: StreamUp): void;
  streamOf(id: string): IncomingStream | undefined;
}

/** What one controller says to another. Posts may get lost, but never overtake each other. */
type Post =
  | { kind: "down"; drone: string; message: StreamDown }
  | { kind: "up"; message: StreamUp }
  /** What the sender reads from and serves to whom it speaks to: with its credit, and its frames so far. */
  | { kind: "beat"; reads: [id: string, credit: number][]; serves: [id: string, sent: number][] };

interface Read {
  holder: string;
  /** Beats in a row in which the holder did not name it. */
  unnamed: number;
}

interface Served {
  reader: string;
  drone: string;
  sent: number;
}

const BEAT_MS = 2_000;
const SILENT_MS = 10_000;

/**
 * Streams of drones whose socket another controller has: their messages go by way of the database, as
 * posts, so that controllers need not reach each other. The one that holds the drone only passes them
 * on; credit goes from reader to drone, so no more is under way here than on a socket. What a lost post
 * leaves open is found out by the beats, which both ends send while there is anything to tell.
 */
export class StreamRelay implements AsyncDisposable {
  readonly #deps: StreamRelayDeps;
  readonly #writer: PostWriter;
  readonly #reader = new PostReader();
  readonly #reads = new Map<string, Read>();
  readonly #served = new Map<string, Served>();
  readonly #heardMs = new Map<string, number>();
  readonly #beats: AsyncDisposable;
  readonly #stop: () => void;

  constructor(deps: StreamRelayDeps) {
    this.#deps = deps;
    this.#writer = new PostWriter(deps.controllerId);
    this.#stop = deps.store.onPost(deps.controllerId, (text) => this.#hear(text));
    this.#beats = repeat(deps, "beat of relayed streams", BEAT_MS, () => this.#beat());
  }

  /** To the drone, at the controller that holds it. */
  send(holder: string, drone: string, id: string, message: StreamDown): void {
    if (message.type === "stream-open") {
      this.#reads.set(id, { holder, unnamed: 0 });
      this.#hasSpoken(holder);
    }
    if (message.type === "stream-close") this.#reads.delete(id);
    this.#post(holder, { kind: "down", drone, message });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#beats[Symbol.asyncDispose]();
    for (const id of this.#served.keys()) this.#close(id);
    this.#stop();
  }

  #post(to: string, post: Post): void {
    for (const text of this.#writer.write(post)) this.#deps.store.post(to, text);
  }

  #hear(text: string): void {
    const heard = this.#reader.read(text);
    if (heard === undefined) return;
    const { from } = heard;
    const post = heard.message as Post;
    this.#hasSpoken(from);
    switch (post.kind) {
      case "down":
        this.#pass(from, post.drone, post.message);
        break;
      case "up":
        if (post.message.type === "stream-end") this.#reads.delete(post.message.stream_id);
        this.#deps.receive(post.message);
        break;
      case "beat":
        this.#compare(from, post);
        break;
      default:
        // A newer Hangar's word.
        post satisfies never;
    }
  }

  /** On to a drone that should be connected here. */
  #pass(reader: string, drone: string, message: StreamDown): void {
    const { stream_id: id } = message;
    if (message.type === "stream-open") this.#served.set(id, { reader, drone, sent: 0 });
    if (message.type === "stream-close") this.#served.delete(id);
    this.#deps.drones.send(drone, message, (up) => {
      const served = this.#served.get(id);
      if (served === undefined) return;
      if (up.type === "stream-data") served.sent += 1;
      else this.#served.delete(id);
      this.#post(reader, { kind: "up", message: up });
    });
  }

  /** To each that we have to do with; of who says nothing any more, all is over. */
  #beat(): void {
    const { clock, streamOf } = this.#deps;
    const peers = new Set<string>();
    for (const { holder } of this.#reads.values()) peers.add(holder);
    for (const { reader } of this.#served.values()) peers.add(reader);
    for (const peer of peers) {
      const silentMs = clock.monotonicMs() - (this.#heardMs.get(peer) ?? 0);
      if (silentMs > SILENT_MS) this.#giveUp(peer);
      const reads = [...this.#reads].flatMap(([id, { holder }]): [string, number][] =>
        holder === peer ? [[id, streamOf(id)?.credit ?? 0]] : [],
      );
      const serves = [...this.#served].flatMap(([id, { reader, sent }]): [string, number][] =>
        reader === peer ? [[id, sent]] : [],
      );
      this.#post(peer, { kind: "beat", reads, serves });
    }
    for (const known of this.#heardMs.keys()) if (!peers.has(known)) this.#heardMs.delete(known);
  }

  #giveUp(peer: string): void {
    this.#deps.log.warn({ peer }, "another controller is silent; its streams end");
    for (const [id, { holder }] of this.#reads) if (holder === peer) this.#lose(id);
    for (const [id, { reader }] of this.#served) if (reader === peer) this.#close(id);
  }

  /** What a peer says of our common streams, with what we know: posts that were lost show here. */
  #compare(peer: string, { reads, serves }: Extract<Post, { kind: "beat" }>): void {
    const credits = new Map(reads);
    for (const [id, served] of this.#served) {
      if (served.reader === peer) this.#compareServed(id, served, credits.get(id));
    }
    const sent = new Map(serves);
    for (const [id, read] of this.#reads) {
      if (read.holder === peer) this.#compareRead(id, read, sent.get(id));
    }
  }

  #compareServed(id: string, { reader, drone }: Served, credit: number | undefined): void {
    if (credit === undefined) this.#close(id);
    else this.#pass(reader, drone, { type: "stream-credit", stream_id: id, credit });
  }

  #compareRead(id: string, read: Read, sent: number | undefined): void {
    // The beat may have been under way when the stream was opened.
    read.unnamed = sent === undefined ? read.unnamed + 1 : 0;
    const received = this.#deps.streamOf(id)?.received ?? 0;
    if (read.unnamed > 1 || received < (sent ?? 0)) this.#lose(id);
  }

  #lose(id: string): void {
    this.#reads.delete(id);
    this.#deps.streamOf(id)?.lose("the controller that has the drone does not answer");
  }

  #close(id: string): void {
    const served = this.#served.get(id);
    if (served !== undefined) {
      this.#pass(served.reader, served.drone, { type: "stream-close", stream_id: id });
    }
  }

  #hasSpoken(controller: string): void {
    this.#heardMs.set(controller, this.#deps.clock.monotonicMs());
  }
}
