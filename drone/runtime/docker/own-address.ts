import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

/**
 * Whether an address is one of this machine's. Asked by binding a socket that nobody can talk to:
 * os.networkInterfaces() leaves out a bridge to which no container is attached yet.
 */
export function isOwnAddress(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address, port: 0, exclusive: true }, () => {
      socket.close();
      resolve(true);
    });
  });
}
