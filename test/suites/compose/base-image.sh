# Builds a stand-in for node:24-bookworm-slim that is equal as far as the Dockerfile needs it, because
# no base image can be pulled. Sourced by run.sh.
#
#   Debian 12 minbase without docs, from this machine's own Debian mirror   (the size of the real one)
#   node       the binary of the npm package that also pins Node for the npm scripts
#   npm        from its npm package, configured like npm on this machine
#   uid 1000   `node`, and an entrypoint that runs its arguments, both as in the real image
#
# Also one for nginx:1.28: Debian 13 with its nginx 1.26, which reads the same conf.d/default.conf. And one for Prometheus:
# Debian 13 with its prometheus 2.53, started as in the real image. postgres:17 is Debian 13's own PostgreSQL 17 with a small
# entrypoint, and versitygw is the program of .ci/install-tools, both in the file system of nginx.
#
# The root file systems are kept in $cache as archives; each run only imports them.

npm_version=11.21.2
base_tag=node:24-bookworm-slim
debian_tag=debian:bookworm-slim
nginx_tag=nginx:1.28
postgres_tag=postgres:17
versitygw_tag=versity/versitygw:v1.8.0
prometheus_tag=prom/prometheus:v2.53.5

# The version of the node package in package-lock.json, for the architecture of this machine.
locked_node_version() {
  node -p 'JSON.parse(fs.readFileSync("package-lock.json")).packages["node_modules/node"].version'
}

debian_mirror() {
  local mirror
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' |
    awk '$1 == "Debian" && $2 == "main" && $3 !~ /security/ { print $3; exit }')
  [[ -n $mirror ]] || die 'no Debian mirror in the apt sources (or `apt-get update` was never run)'
  echo "$mirror"
}

# Writes a cached archive through a temporary name, so that an interrupted run leaves no partial
# archive.
archive_to() {
  local archive=$1 root=$2
  tar -C "$root" --numeric-owner -cf "$archive.part" \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./dev/*' .
  mv "$archive.part" "$archive"
}

# make_debian_archive ARCHIVE RELEASE [PACKAGES], the packages separated by commas.
make_debian_archive() {
  local root=$work/$2-${3:-base}
  debootstrap --variant=minbase ${3:+--include=$3} "$2" "$root" "$(debian_mirror)" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 5 "$work/debootstrap.log" >&2; die 'debootstrap failed'; }
  rm -f "$root/etc/nginx/sites-enabled/default"
  # A new volume gets the owner of the folder in the image.
  [[ ${3:-} != prometheus ]] || install -d -o 65534 -g 65534 "$root/prometheus"
  [[ ${3:-} != *postgresql* ]] || trim_services "$root"
  archive_to "$1" "$root"
}

# Leaves in a file system what the images of the profile "scale" need.
trim_services() {
  local root=$1
  rm -rf "$root"/var/lib/postgresql/*
  # Only for queries that take longer than any of Berth's.
  rm -f "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/postgresql/*/lib/llvmjit.so
  ln -s busybox "$root/usr/bin/wget"
}

# Adds node, npm and the user to the Debian archive $2, and writes archive $1.
make_node_archive() {
  local root=$work/node packages=$work/packages
  rm -f "$cache"/node-*.tar
  mkdir -p "$root" "$packages"
  tar -C "$root" -xf "$2"
  npm pack --silent --pack-destination "$packages" \
    "node-linux-$node_arch@$node_version" "npm@$npm_version" >/dev/null
  tar -C "$root/usr/local" -xzf "$packages"/node-linux-*.tgz --strip-components=1 --no-same-owner
  rm -rf "$root"/usr/local/{share,README.md,CHANGELOG.md,package.json}
  mkdir -p "$root/usr/local/lib/node_modules/npm"
  tar -C "$root/usr/local/lib/node_modules/npm" -xzf "$packages"/npm-*.tgz --strip-components=1 \
    --no-same-owner
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
  printf '#!/bin/sh\nexec "$@"\n' >"$root/usr/local/bin/docker-entrypoint.sh"
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
  trust_this_machine "$root"
  archive_to "$1" "$root"
}

# npm in the build uses the same registry address and certificates as npm on this machine.
trust_this_machine() {
  local root=$1 certificates=/etc/ssl/certs/ca-certificates.crt
  mkdir -p "$root/etc/ssl/certs" "$root/usr/local/etc"
  echo "registry=$(npm config get registry)" >"$root/usr/local/etc/npmrc"
  [[ -e $certificates ]] || return 0
  cp "$certificates" "$root$certificates"
  echo "cafile=$certificates" >>"$root/usr/local/etc/npmrc"
}

import_base_images() {
  local node_version node_arch debian_archive node_archive services_archive prometheus_archive
  node_version=$(locked_node_version)
  node_arch=$(node -p process.arch)
  debian_archive=$cache/debian-bookworm-$node_arch.tar
  services_archive=$cache/services-trixie-$node_arch.tar
  prometheus_archive=$cache/prometheus-trixie-$node_arch.tar
  # The checksum makes a new archive when this script changes.
  node_archive=$cache/node-$node_version-$node_arch-$(cksum <"${BASH_SOURCE[0]}" | cut -c1-8).tar
  mkdir -p "$cache"
  [[ -e $debian_archive ]] || timed 'debootstrap' make_debian_archive "$debian_archive" bookworm
  [[ -e $services_archive ]] || timed 'services' make_debian_archive "$services_archive" trixie nginx-light,postgresql,busybox
  [[ -e $prometheus_archive ]] || timed 'prometheus' make_debian_archive "$prometheus_archive" trixie prometheus
  [[ -e $node_archive ]] || timed 'base image' make_node_archive "$node_archive" "$debian_archive"
  docker import "$debian_archive" "$debian_tag" >/dev/null
  docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["node"]' \
    "$node_archive" "$base_tag" >/dev/null
  docker import --change 'CMD ["nginx", "-g", "daemon off;"]' "$services_archive" "$nginx_tag" >/dev/null
  add_services
  docker import --change 'USER nobody' --change 'VOLUME /prometheus' \
    --change 'ENTRYPOINT ["/usr/bin/prometheus"]' \
    --change 'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]' \
    "$prometheus_archive" "$prometheus_tag" >/dev/null
}

# Makes the images of the profile "scale" of the one of nginx, which has all that they need but the S3 server.
add_services() {
  local container path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  container=$(docker create "$nginx_tag")
  docker cp .tools/bin/versitygw "$container:/usr/local/bin/versitygw"
  docker cp test/suites/compose/postgres-entrypoint.sh "$container:/usr/local/bin/postgres-entrypoint.sh"
  docker commit --change "ENV PATH=$path" --change 'ENTRYPOINT ["bash", "/usr/local/bin/postgres-entrypoint.sh"]' --change 'CMD []' \
    --change 'VOLUME /var/lib/postgresql/data' "$container" "$postgres_tag" >/dev/null
  docker commit --change "ENV PATH=$path" --change 'ENTRYPOINT ["versitygw"]' --change 'CMD []' "$container" "$versitygw_tag" >/dev/null
  docker rm "$container" >/dev/null
}
