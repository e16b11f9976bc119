import { Agent } from "node:https";
import type { AcmeConfig } from "../config.ts";

const ANSWER_TIMEOUT_MS = 30_000;

/** The library, told of the CA's own certificate; loaded only where it is used, for it takes a second. */
export async function openAcmeClient(config: AcmeConfig, accountKey: string) {
  const { Client, axios, crypto } = (await import("acme-client")).default;
  const { directory, trustedCa, binding } = config;
  // The library speaks HTTP by one instance for all of its clients.
  axios.defaults.timeout = ANSWER_TIMEOUT_MS;
  axios.defaults.httpsAgent = trustedCa === undefined ? undefined : new Agent({ ca: trustedCa });
  const client = new Client({
    directoryUrl: directory,
    accountKey,
    ...(binding === undefined ? {} : { externalAccountBinding: binding }),
  });
  return { client, crypto };
}
