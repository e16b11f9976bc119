/** `?user=ada&status=ready&status=waiting`, or nothing: each of a list by itself, and what is undefined left out. */
export function queryOf(values: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const each of [value ?? []].flat()) query.append(name, String(each));
  }
  return query.size === 0 ? "" : `?${query}`;
}

/** `["team=blue"]`. */
export function labelPairs(labels: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
