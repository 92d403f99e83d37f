# What the image of PostgreSQL does at its start, as far as docker-compose.yml needs it. Runs in a container of Debian.
set -euo pipefail

data=/var/lib/postgresql/data
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups)

mkdir -p "$data" /run/postgresql
chown postgres "$data" /run/postgresql
if [[ ! -e $data/PG_VERSION ]]; then
  install -o postgres -m 600 /dev/null /run/postgresql/password
  echo "$POSTGRES_PASSWORD" >/run/postgresql/password
  "${as_postgres[@]}" initdb -D "$data" --username "$POSTGRES_USER" --pwfile /run/postgresql/password \
    --auth scram-sha-256 --encoding UTF8 --no-locale
  rm /run/postgresql/password
  echo "CREATE DATABASE $POSTGRES_USER" | "${as_postgres[@]}" postgres --single -D "$data" postgres
fi
exec "${as_postgres[@]}" postgres -D "$data" -c listen_addresses=127.0.0.1
