import type { FastifyReply } from "fastify";

/** What is not marked so would be in no figure, and without a limit. */
export function mustBeStream({ request }: FastifyReply): void {
  const { config, url } = request.routeOptions;
  if (config.stream !== true) throw new Error(`the route ${url} streams and does not say so`);
}
