import type { OpenStore } from "./a-store.ts";
import { accessConformance } from "./access-conformance.ts";
import { acmeConformance } from "./acme-conformance.ts";
import { censusConformance } from "./census-conformance.ts";
import { eventsConformance } from "./events-conformance.ts";
import { idlenessConformance } from "./idleness-conformance.ts";
import { keysConformance } from "./keys-conformance.ts";
import { leasesConformance } from "./leases-conformance.ts";
import { proxiesConformance } from "./proxies-conformance.ts";
import { reachConformance } from "./reach-conformance.ts";
import { reportsConformance } from "./reports-conformance.ts";
import { servicesConformance } from "./services-conformance.ts";
import { strandedConformance } from "./stranded-conformance.ts";
import { tokensConformance } from "./tokens-conformance.ts";
import { tracesConformance } from "./traces-conformance.ts";
import { upkeepConformance } from "./upkeep-conformance.ts";

/** What every store must hold, whichever database stands below. */
export function storeConformance(openStore: OpenStore): void {
  keysConformance(openStore);
  reportsConformance(openStore);
  idlenessConformance(openStore);
  reachConformance(openStore);
  leasesConformance(openStore);
  strandedConformance(openStore);
  upkeepConformance(openStore);
  proxiesConformance(openStore);
  acmeConformance(openStore);
  accessConformance(openStore);
  servicesConformance(openStore);
  censusConformance(openStore);
  eventsConformance(openStore);
  tracesConformance(openStore);
  tokensConformance(openStore);
}
