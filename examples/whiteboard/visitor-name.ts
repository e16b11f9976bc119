import type { IncomingMessage } from "node:http";
import { LIMITS } from "./wire.ts";

const ADJECTIVES = "Brave Calm Clever Gentle Jolly Lucky Merry Nimble Quiet Sunny Swift Wise";
const ANIMALS = "Badger Falcon Fox Heron Lynx Marten Otter Owl Panda Puffin Raven Seal";

export interface VisitorNames {
  /** The user of the connect request, whom Hangar names in a header of each request. */
  verified: string | undefined;
  /** What the visitor's browser asks for. */
  wished: string | undefined;
}

export function namesOf({ headers, url = "" }: IncomingMessage): VisitorNames {
  const header = headers["x-verified-username"];
  const query = new URLSearchParams(url.split("?")[1]);
  return {
    verified: typeof header === "string" ? cleanName(decode(header)) : undefined,
    wished: cleanName(query.get("name") ?? ""),
  };
}

/** Undefined if nothing readable is left of it. */
export function cleanName(name: string): string | undefined {
  const visible = name.replace(/[\p{C}\s]+/gu, " ").trim();
  return [...visible].slice(0, LIMITS.nameLength).join("") || undefined;
}

/** A name to start with: neighbours in number differ in both words. */
export function madeUpName(visitorId: number): string {
  return `${pick(ADJECTIVES, visitorId * 5)} ${pick(ANIMALS, visitorId * 7)}`;
}

function pick(words: string, index: number): string {
  const list = words.split(" ");
  return list[index % list.length] ?? "";
}

/** Hangar percent-encodes what cannot stand in a header. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
