#!/usr/bin/env bash
# Tests the Dockerfile and docker-compose.yml on a real engine. Needs root on Debian, and the tools that
# .ci/install-compose installs. Run it with `npm run test:compose`, which has the Node that runs TypeScript; it takes
# about two minutes, and one more where .tools/cache is empty.
#
# The engine runs only for this test. It has no network bridge, see engine.sh, and no
# way to pull node:24-bookworm-slim, see base-image.sh.
set -euo pipefail
cd "$(dirname "$0")/../../.."

die() {
  echo "test:compose: $*" >&2
  exit 1
}

timed() {
  local name=$1 start=$SECONDS
  shift
  "$@"
  echo "      $name: $((SECONDS - start)) s"
}

source test/suites/compose/engine.sh
source test/suites/compose/base-image.sh

((EUID == 0)) || die 'needs root, to run a Docker engine of its own'
for tool in dockerd docker debootstrap .tools/bin/docker-compose .tools/bin/versitygw; do
  command -v "$tool" >/dev/null || die "no $tool here: run .ci/install-compose first"
done

cache=.tools/cache
work=$(mktemp -d)
checks_pid=
clean_up() {
  if [[ -n $checks_pid ]]; then kill -TERM "$checks_pid" 2>/dev/null || true; fi
  stop_engine
  unmount_below "$work"
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ignores the settings and credentials of the caller. Compose is a plugin, as for users.
export DOCKER_CONFIG=$work/config
mkdir -p "$DOCKER_CONFIG/cli-plugins"
ln -s "$PWD/.tools/bin/docker-compose" "$DOCKER_CONFIG/cli-plugins/docker-compose"
for variable in "${!REGISTRY_@}" "${!COMPOSE_@}"; do unset "$variable"; done

timed 'engine started' start_engine
timed 'base image imported' import_base_images
# In the background, because bash handles signals only while it waits for a background process.
timeout 900 node test/suites/compose/run.ts "$work/proof" &
checks_pid=$!
wait "$checks_pid"
