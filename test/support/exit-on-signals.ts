/** Ends this process by `exit` at SIGINT, SIGTERM and SIGHUP, so that its handlers of `exit` end and remove what it has started. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1));
  }
}
