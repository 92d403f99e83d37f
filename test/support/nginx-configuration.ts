/**
 * Returns a complete configuration around the block `server`, for one process in the foreground that writes only to its folder.
 */
export function nginxConfiguration(server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr;',
    'events {}',
    'http {',
    '  access_log off;',
    ...temporary.map((name) => `  ${name}_temp_path ${name};`),
    server,
    '}',
  ].join('\n');
}
