import type { Contender } from "../contender.ts";
import { configurableHttpProxy } from "./configurable-http-proxy.ts";
import { ENGINES, hangar } from "./hangar.ts";
import { haproxy } from "./haproxy.ts";
import { httpProxy } from "./http-proxy.ts";
import { nginx } from "./nginx.ts";
import { noProxy } from "./no-proxy.ts";

/** In the order of the tables. */
export const CONTENDERS: readonly Contender[] = [
  ...ENGINES.map(hangar),
  nginx,
  haproxy,
  httpProxy,
  configurableHttpProxy,
  noProxy,
];
