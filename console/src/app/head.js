// Runs before the first paint, and before the page's code has come.
{
  // A dark page never flashes white. The same as Mantine's own script, as a file.
  let chosen;
  try {
    chosen = localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // Storage is forbidden: the system decides.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';

  // Every page needs to know who looks before it asks for anything else. `api/early-session.ts` takes the answer.
  globalThis.berthSession = fetch(new URL('../api/v1/session', document.baseURI), {
    signal: AbortSignal.timeout(10_000),
  });
  globalThis.berthSession.catch(() => undefined);
}
