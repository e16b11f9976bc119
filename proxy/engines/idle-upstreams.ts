// Servers close idle connections after 2 s (gunicorn), 5 s (Node) and longer; a request written just
// then is lost. Not reusing one that was idle for a second keeps clear of that.
/** How long a backend's connection waits for another request, in ms. */
export const UPSTREAM_IDLE_MS = 1_000;
/** How many of them wait. */
export const MAX_IDLE_PER_BACKEND = 64;
