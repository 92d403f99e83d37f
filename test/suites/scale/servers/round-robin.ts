/** The certificate of a server, as files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Returns an nginx configuration that sends each request to the next of the servers, without regard to client or connection.
 *
 * A server that was just killed is left out for a second, so that its requests go to the others.
 */
export function roundRobin(
  port: number,
  servers: readonly string[],
  tls?: CertificateFiles,
): string {
  return `
    upstream instances {
      ${servers.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=1s;`).join('\n')}
      keepalive 32;
    }
    server {
      listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'};
      ${tls === undefined ? '' : `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`}
      client_max_body_size 0;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      location / { proxy_pass http://instances; }
    }`;
}
