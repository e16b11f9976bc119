import { DEFAULT_ENVIRONMENT } from "../../src/protocol/service.ts";
import type { ServiceRef } from "../store/service-store.ts";

/** A service, or one of its environments: null is the service itself. */
export interface ServicePlace extends ServiceRef {
  environment: string | null;
}

/** The namespace of its keys. An environment has one of its own, so that staging never meets production. */
export function namespaceOf({ account, name, environment }: ServicePlace): string {
  return [account, name, ...(environment === null ? [] : [environment])].join("/");
}

/** Undefined if the namespace is none that a service has. */
export function placeOf(namespace: string): ServicePlace | undefined {
  const [account, name, environment, ...rest] = namespace.split("/");
  if (!account || !name || environment === "" || rest.length > 0) return undefined;
  return { account, name, environment: environment ?? null };
}

export function environmentOf(name: string | null | undefined): string | null {
  return name === null || name === undefined || name === DEFAULT_ENVIRONMENT ? null : name;
}
