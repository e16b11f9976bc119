/**
 * Aborts when a person or the machine asks to stop. The listeners stay: libraries that restore the
 * terminal end the process by themselves if they find that nobody else listens.
 */
export function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  return stopped.signal;
}
