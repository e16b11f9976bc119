import type { TestProject } from "vitest/node";
import { startPostgres } from "../../scripts/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of a server that all test files share, each with databases of its own. */
    postgresUrl: string;
  }
}

/** Before the tests that need PostgreSQL: there is a server, which no test may stop. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false });
  project.provide("postgresUrl", server.url());
  return async () => await server[Symbol.asyncDispose]();
}
