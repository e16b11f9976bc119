import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Reader } from "./answer-reader.ts";

/** All connections read into it: what is in it is counted before the next one reads. */
const BUFFER = Buffer.allocUnsafe(256 * 1_024);

/** A raw connection with one message in flight: the load must cost less than what it measures. */
export class Connection {
  /** Rejects when the connection breaks, or what it receives is wrong; never once it was closed here. */
  readonly broken: Promise<never>;
  onAnswer: () => void = () => undefined;
  /** When the message in flight was due. */
  dueMs = 0;
  readonly #socket: Socket;

  static async open(port: number, reader: Reader): Promise<Connection> {
    const connection = new Connection(port, reader);
    await Promise.race([once(connection.#socket, "connect"), connection.broken]);
    return connection;
  }

  private constructor(port: number, reader: Reader) {
    let fail: (error: Error) => void = () => undefined;
    this.broken = new Promise((_resolve, reject) => {
      fail = reject;
    });
    this.broken.catch(() => undefined);
    const receive = (bytes: number) => {
      try {
        let answers = reader.read(BUFFER, bytes);
        for (; answers > 0; answers -= 1) this.onAnswer();
      } catch (error) {
        fail(error as Error);
      }
      return true;
    };
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: { buffer: BUFFER, callback: receive },
    });
    this.#socket.on("error", fail);
    this.#socket.on("end", () => fail(new Error("the proxy hung up")));
  }

  send(message: Buffer): void {
    this.#socket.write(message);
  }

  /** Sends a message and waits for its answer. */
  async exchange(message: Buffer): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.onAnswer = resolve;
    });
    this.send(message);
    await Promise.race([answered, this.broken]);
  }

  /** With a reset, which leaves no port waiting. */
  close(): void {
    this.#socket.resetAndDestroy();
  }
}
