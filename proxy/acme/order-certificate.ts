import type { Authorization, Client, Order } from "acme-client";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { AcmeConfig } from "../config.ts";
import type { KeyPair } from "../tls/certificate.ts";
import type { ChallengePublisher } from "./challenge-publisher.ts";
import { openAcmeClient } from "./open-acme-client.ts";
import { namesOf } from "./why-order.ts";

export interface OrderDeps {
  clock: Clock;
  log: Log;
  publisher: ChallengePublisher;
}

export interface OrderTask {
  domain: string;
  accountKey: string;
  config: AcmeConfig;
}

const POLL_INTERVAL_MS = 2_000;

/** One order of ACME (RFC 8555) by DNS-01, for the domain and all names one label below it. */
export async function orderCertificate(
  { clock, log, publisher }: OrderDeps,
  { domain, accountKey, config }: OrderTask,
  signal: AbortSignal,
): Promise<KeyPair> {
  const { crypto, client } = await openAcmeClient(config, accountKey);
  const pause = () => clock.sleep(config.pollIntervalMs ?? POLL_INTERVAL_MS, signal);
  await findAccount(client, config);
  signal.throwIfAborted();
  const names = namesOf(domain);
  const order = await client.createOrder({
    identifiers: names.map((value) => ({ type: "dns", value })),
  });
  await authorize({ client, log, publisher, pause, signal }, order);
  const key = await crypto.createPrivateEcdsaKey("P-256");
  const [, csr] = await crypto.createCsr({ altNames: [...names] }, key);
  const done = await untilIssued(client, await client.finalizeOrder(order, csr), pause);
  return { chain: await client.getCertificate(done), key: key.toString() };
}

/** The account of the key, made when there is none. Its terms are agreed to by who names the CA. */
async function findAccount(client: Client, { email }: AcmeConfig): Promise<void> {
  const about = email === undefined ? {} : { contact: [`mailto:${email}`] };
  try {
    await client.createAccount({ onlyReturnExisting: true });
  } catch {
    // What is wrong besides, the CA says again.
    await client.createAccount({ termsOfServiceAgreed: true, ...about });
    return;
  }
  // An update of nothing but what was agreed to already is refused by some.
  if (email !== undefined) await client.updateAccount(about);
}

interface Authorizing {
  client: Client;
  log: Log;
  publisher: ChallengePublisher;
  pause(): Promise<void>;
  signal: AbortSignal;
}

/** Proves what the CA does not take as proven still. */
async function authorize(
  { client, log, publisher, pause, signal }: Authorizing,
  order: Order,
): Promise<void> {
  const pending = (await client.getAuthorizations(order)).filter(isPending);
  if (pending.length === 0) return;
  const challenges = pending.map(dnsChallenge);
  const values = await Promise.all(
    challenges.map((challenge) => client.getChallengeKeyAuthorization(challenge)),
  );
  try {
    await publisher.publish(values, signal);
    for (const challenge of challenges) await client.completeChallenge(challenge);
    let authorizations = await client.getAuthorizations(order);
    while (authorizations.some(isPending)) {
      await pause();
      authorizations = await client.getAuthorizations(order);
    }
    const refused = authorizations.find(({ status }) => status !== "valid");
    if (refused !== undefined) throw new Error(`the CA refuses: ${whyRefused(refused)}`);
  } finally {
    await publisher.retract().catch((error: unknown) => {
      log.warn({ err: error }, "challenge not taken back");
    });
  }
}

async function untilIssued(
  client: Client,
  finalized: Order,
  pause: () => Promise<void>,
): Promise<Order> {
  let order = finalized;
  while (order.status !== "valid") {
    if (order.status === "invalid") {
      throw new Error(`the CA issues nothing: ${JSON.stringify(order.error ?? "it says not why")}`);
    }
    await pause();
    order = await client.getOrder(order);
  }
  return order;
}

function isPending({ status }: Authorization): boolean {
  return status === "pending";
}

function dnsChallenge({ identifier, challenges }: Authorization) {
  const challenge = challenges.find(({ type }) => type === "dns-01");
  if (challenge !== undefined) return challenge;
  throw new Error(`the CA offers no DNS-01 for ${identifier.value}`);
}

function whyRefused({ identifier, status, challenges }: Authorization): string {
  const failed = challenges.find(({ error }) => error !== undefined);
  const { detail } = (failed?.error ?? {}) as { detail?: unknown };
  return `${identifier.value}: ${typeof detail === "string" ? detail : status}`;
}
