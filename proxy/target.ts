import type { Cluster } from "../src/protocol/cluster.ts";
import { HEADERS } from "../src/protocol/given.ts";
import { isToken } from "../src/protocol/ids.ts";
import type { RequestHead } from "./engine.ts";
import { headerValues, soleHeader } from "./headers.ts";

export interface Target extends AskedPath {
  /** A backend's id or subdomain; undefined when only a token can say which backend is meant. */
  readonly label: string | undefined;
  /** Whether the label is that of the host, so the origin is the backend's own. */
  readonly ownHost: boolean;
  /** The Host header, in lower case. */
  readonly host: string;
}

interface AskedPath {
  /** As it was asked for, without the query. */
  readonly path: string;
  /** With its question mark; empty if there is none. */
  readonly query: string;
  /** The first path segment, if it has a token's form. */
  readonly pathToken: string | undefined;
}

export interface NoTarget {
  readonly problem: string;
}

type Head = Pick<RequestHead, "target" | "headers">;

/** Which backend a request is for, as far as its head alone can say. */
export function parseTarget(head: Head, cluster: Cluster): Target | NoTarget {
  const host = soleHeader(head.headers, "host")?.toLowerCase();
  if (host === undefined) return noTarget("exactly one Host header is needed");
  const place = placeOf(host, cluster);
  if (place === undefined) return noTarget(`this host is not one of ${cluster.name}`);
  const asked = parsePath(head.target, host);
  if (asked === undefined) return noTarget("the request target is malformed");
  const chosen = place.label === undefined ? chosenBackend(head) : undefined;
  if (chosen !== undefined && !LABEL.test(chosen)) {
    return noTarget(`the header ${HEADERS.chosenBackend} does not name a backend`);
  }
  return { label: place.label ?? chosen, ownHost: place.label !== undefined, host, ...asked };
}

/** What a request's target alone says; undefined if it is malformed. `host` is the Host header. */
export function parsePath(target: string, host: string): AskedPath | undefined {
  const origin = originForm(target, host);
  if (origin === undefined) return undefined;
  const queryAt = origin.indexOf("?");
  const path = queryAt < 0 ? origin : origin.slice(0, queryAt);
  const segment = path.slice(1, segmentEnd(path));
  return {
    path,
    query: queryAt < 0 ? "" : origin.slice(queryAt),
    pathToken: isToken(segment) ? segment : undefined,
  };
}

/** What the backend is asked for once the token is taken off: `/<token>/a/b` gives `/a/b`. */
export function pathWithoutToken(path: string): string {
  const rest = path.slice(segmentEnd(path));
  return rest === "" ? "/" : rest;
}

function segmentEnd(path: string): number {
  const end = path.indexOf("/", 1);
  return end < 0 ? path.length : end;
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const AUTHORITY = /^(?<name>[a-z0-9.-]{1,253}?)\.?(:(?<port>\d{1,5}))?$/;

/** The label below the cluster's host, undefined label for the cluster itself; undefined if neither. */
function placeOf(host: string, cluster: Cluster): { label: string | undefined } | undefined {
  const { name, port } = AUTHORITY.exec(host)?.groups ?? {};
  return name !== undefined && portFits(port, cluster) ? placeOfName(name, cluster) : undefined;
}

function placeOfName(name: string, cluster: Cluster): { label: string | undefined } | undefined {
  if (name === cluster.host) return { label: undefined };
  if (!name.endsWith(`.${cluster.host}`)) return undefined;
  const label = name.slice(0, -cluster.host.length - 1);
  return LABEL.test(label) ? { label } : undefined;
}

/** What a Host header names, whatever its port; undefined unless it is the cluster's or below it. */
export function hostNameOf(host: string, cluster: Cluster): string | undefined {
  const { name } = AUTHORITY.exec(host)?.groups ?? {};
  return name !== undefined && placeOfName(name, cluster) !== undefined ? name : undefined;
}

/** A client leaves out its scheme's own port, which the proxy may not see when TLS ends before it. */
function portFits(digits: string | undefined, cluster: Cluster): boolean {
  if (digits === undefined) return cluster.port === undefined || cluster.port === 80;
  const port = Number(digits);
  return cluster.port === undefined ? port === 80 || port === 443 : port === cluster.port;
}

const ORIGIN_FORM = /^\/[!-"$-~]*$/;
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?#]*)(?<rest>.*)$/i;

/** Path and query. An absolute target must repeat the Host header: two hosts are one too many. */
function originForm(target: string, host: string): string | undefined {
  if (ORIGIN_FORM.test(target)) return target;
  const { authority, rest } = ABSOLUTE_FORM.exec(target)?.groups ?? {};
  if (rest === undefined || authority?.toLowerCase() !== host) return undefined;
  const origin = rest.startsWith("/") ? rest : `/${rest}`;
  return ORIGIN_FORM.test(origin) ? origin : undefined;
}

/** Empty, and so no label, if it is repeated. */
function chosenBackend({ headers }: Head): string | undefined {
  const values = headerValues(headers, HEADERS.chosenBackend);
  if (values.length === 0) return undefined;
  return values.length === 1 ? values[0]?.trim().toLowerCase() : "";
}

function noTarget(problem: string): NoTarget {
  return { problem };
}
