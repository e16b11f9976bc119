import { connect } from "node:net";
import { readStatus } from "./read-status.ts";

export interface ProbeTarget {
  host: string;
  port: number;
  /** Default: any answer to HEAD / will do. */
  path?: string;
}

const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * One question over a connection of its own, read only as far as the status line. The app is untrusted:
 * what is not HTTP, or too long, is no answer. Never throws.
 */
export function askOnce({ host, port, path }: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true, signal });
    let answer = "";
    const settle = (answered: boolean) => {
      resolve(answered);
      socket.destroy();
    };
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(question(host, port, path)));
    socket.on("data", (chunk: string) => {
      answer += chunk;
      const status = readStatus(answer);
      if (typeof status === "number") settle(path === undefined || status < 500);
      else if (status === "rubbish" || answer.length > MAX_ANSWER_BYTES) settle(false);
    });
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
  });
}

function question(host: string, port: number, path: string | undefined): string {
  const name = host.includes(":") ? `[${host}]` : host;
  const target = path === undefined ? "HEAD /" : `GET ${path}`;
  return `${target} HTTP/1.1\r\nHost: ${name}:${port}\r\nUser-Agent: hangar\r\nConnection: close\r\n\r\n`;
}
