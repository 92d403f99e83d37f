/** How Debian's Chromium starts here: also in containers and as root, and it reaches nothing but this machine. */
export const LOCAL_SWITCHES: readonly string[] = [
  // The sandbox does not work for root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  // Containers have a small /dev/shm.
  '--disable-dev-shm-usage',
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];
