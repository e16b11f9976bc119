/** `skipped`: there is nothing of the kind here, or what it needs to know is not known. */
export type Verdict = "ok" | "warn" | "fail" | "skipped";

/** What one check has found, and what to do about it. */
export interface Finding {
  name: string;
  verdict: Verdict;
  found: string;
  todo?: string;
}

export function ok(name: string, found: string): Finding {
  return { name, verdict: "ok", found };
}

export function skipped(name: string, found: string): Finding {
  return { name, verdict: "skipped", found };
}

export function warn(name: string, found: string, todo: string): Finding {
  return { name, verdict: "warn", found, todo };
}

export function fail(name: string, found: string, todo: string): Finding {
  return { name, verdict: "fail", found, todo };
}
