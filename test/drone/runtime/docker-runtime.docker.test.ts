import { openDockerBench } from "./docker-bench.ts";
import { runtimeConformance } from "./runtime-conformance.ts";

runtimeConformance(openDockerBench);
