import type { Socket } from "node:net";

/** Each step, the engine and Node's server want to know of a socket's end; none adds one a request. */
export const MAX_LISTENERS = 20;

/** A client that has come in, ready to speak HTTP. Its socket is a TLSSocket where `secure` is. */
export interface ClientConnection {
  readonly socket: Socket;
  /** Where the client is, as far as the entrance knows; empty if it has gone already. */
  readonly peerAddress: string;
  readonly secure: boolean;
}

/** Takes over a client, and with it the duty to close its socket. The entrance's steps are a chain of these. */
export type Serve = (connection: ClientConnection) => void;
