import type { Api } from "./http/http-api.ts";

/** Listens, or says which port is taken. Returns the port that it got. */
export async function listen(api: Api, host: string, port: number): Promise<number> {
  try {
    await api.listen({ host, port });
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!taken) throw error;
    throw new Error(
      `port ${port} of ${host} is already in use: the controller cannot listen there`,
      {
        cause: error,
      },
    );
  }
  const address = api.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
