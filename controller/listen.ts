import type { Api } from "./http/http-api.ts";

/** Listens, or says which port is taken. */
export async function listen(api: Api, host: string, port: number): Promise<void> {
  try {
    await api.listen({ host, port });
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!taken) throw error;
    throw new Error(
      `port ${port} of ${host} is already in use: the controller cannot listen there`,
      { cause: error },
    );
  }
}

/** Where a listening API is reached from this machine. An address that means all is none to dial. */
export function urlOf(api: Api, host: string): string {
  return listeningUrl(api, host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host);
}

/** Where it listens, be that all addresses. */
export function listeningUrl(api: Api, host: string): string {
  const address = api.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
