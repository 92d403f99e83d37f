# A separate Docker engine for this test: it shares nothing with an engine that may already run,
# and leaves nothing behind. Sourced by run.sh; everything is below $work.
#
# It has no bridge and changes no firewall rules, so containers use the host's network or none.

engine_pid=

start_engine() {
  local driver
  for driver in overlay2 vfs; do
    launch_engine "$driver" && return
    stop_engine
  done
  tail -n 20 "$work/dockerd.log" >&2
  die 'dockerd did not start'
}

launch_engine() {
  export DOCKER_HOST=unix://$work/docker.sock
  # A separate configuration, so that /etc/docker/daemon.json does not apply.
  echo '{}' >"$work/daemon.json"
  dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" \
    --pidfile "$work/dockerd.pid" --config-file "$work/daemon.json" --storage-driver "$1" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false >"$work/dockerd.log" 2>&1 &
  engine_pid=$!
  for _ in {1..150}; do
    docker version >/dev/null 2>&1 && return
    kill -0 "$engine_pid" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}

# On SIGTERM, dockerd ends its containers and the containerd that it started.
stop_engine() {
  [[ -n $engine_pid ]] || return 0
  kill -TERM "$engine_pid" 2>/dev/null || true
  timeout 30 tail --pid="$engine_pid" --follow /dev/null || kill -KILL "$engine_pid"
  wait "$engine_pid" || true
  engine_pid=
}

# dockerd leaves its network namespace mounted below our folder, and an interrupted debootstrap
# leaves /proc.
unmount_below() {
  awk -v below="$1/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | tac |
    while read -r mount_point; do umount "$mount_point"; done
}
