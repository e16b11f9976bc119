import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry that says back whatever it is given, in every form, and of the image `hung` says nothing. */
export interface HostileRegistry extends AsyncDisposable {
  readonly host: string;
  /** Logins that it has said back. */
  readonly logins: string[];
}

export async function openHostileRegistry(): Promise<HostileRegistry> {
  const logins: string[] = [];
  const server = createServer((request, response) => answer(request, response, logins));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    logins,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function answer({ url, headers }: IncomingMessage, response: ServerResponse, logins: string[]) {
  const [, given] = headers.authorization?.split(" ") ?? [];
  if (given === undefined) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="hostile"' }).end();
    return;
  }
  if (url?.includes("/hung/")) return;
  const login = Buffer.from(given, "base64").toString();
  if (url?.includes("/manifests/")) logins.push(login);
  const message = `no ${login} here, nor ${given}, nor ${encodeURIComponent(login)}`;
  response.writeHead(url === "/v2/" ? 200 : 403, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code: "DENIED", message }] }));
}
