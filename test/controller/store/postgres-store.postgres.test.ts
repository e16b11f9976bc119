import { describe } from "vitest";
import { clockedPostgresStore } from "../../harness/postgres-database.ts";
import { storeConformance } from "./store-conformance.ts";

describe("the PostgreSQL store", () => {
  storeConformance(clockedPostgresStore);
});
