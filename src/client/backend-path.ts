export function backendPath(id: string): string {
  return `/v1/backends/${encodeURIComponent(id)}`;
}
