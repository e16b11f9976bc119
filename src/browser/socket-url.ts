/** `wss://<id>.<cluster>/<token>/<path>`: a path is below the backend's own, with or without a slash before it. */
export function socketUrl(backendUrl: string, path: string): string {
  const url = new URL(backendUrl);
  url.protocol = url.protocol.replace("http", "ws");
  return belowUrl(url, path);
}

export function pageUrl(backendUrl: string, path: string): string {
  return belowUrl(new URL(backendUrl), path);
}

function belowUrl(base: URL, path: string): string {
  const [, plain = "", query = ""] = /^\/*([^?]*)(.*)$/s.exec(path) ?? [];
  base.pathname = base.pathname.replace(/\/*$/, `/${plain}`);
  base.search = query;
  return base.href;
}
