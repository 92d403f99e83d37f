/** The settings of the distribution project's registry, Docker's `registry` image, and their counterparts. */
const COUNTERPARTS: readonly (readonly [prefix: string, use: string])[] = [
  ['REGISTRY_HTTP_ADDR', 'REGISTRY_HOST and REGISTRY_PORT'],
  ['REGISTRY_HTTP_HOST', 'REGISTRY_PUBLIC_URL'],
  ['REGISTRY_HTTP_TLS_CERTIFICATE', 'REGISTRY_TLS_CERT'],
  ['REGISTRY_HTTP_TLS_KEY', 'REGISTRY_TLS_KEY'],
  ['REGISTRY_HTTP_TLS_CLIENTCAS', 'REGISTRY_TLS_CLIENT_CA'],
  ['REGISTRY_HTTP_HEADERS', 'REGISTRY_CORS_ORIGINS'],
  ['REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY', 'REGISTRY_STORAGE_PATH'],
  ['REGISTRY_STORAGE_INMEMORY', 'REGISTRY_STORAGE_DRIVER=memory'],
  ['REGISTRY_STORAGE_MAINTENANCE_READONLY', 'REGISTRY_READ_ONLY'],
  ['REGISTRY_AUTH_HTPASSWD', 'REGISTRY_USERS_FILE'],
  ['REGISTRY_AUTH_TOKEN', 'REGISTRY_OIDC_ISSUER'],
  ['REGISTRY_LOG_ACCESSLOG', 'REGISTRY_LOG_LEVEL=warn'],
  ['REGISTRY_VALIDATION', 'REGISTRY_SPARSE_MANIFESTS'],
];

/** Returns what to do about a variable that is not a setting: the counterpart of another registry's, or where to look. */
export function counterpartOf(name: string): string {
  const known = COUNTERPARTS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}_`));
  return known === undefined ? 'berth help settings lists them' : `use ${known[1]}`;
}
