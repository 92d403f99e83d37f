# A Docker engine of this test's own: nothing of it is shared with an engine that may run already,
# and nothing of it is left behind. Sourced by run.sh; everything lives below $work.
#
# It has no bridge and touches no firewall rules, so containers use the host's network or none.

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
  # A configuration of its own, so that /etc/docker/daemon.json does not apply.
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

# SIGTERM makes dockerd end its containers and the containerd that it started.
stop_engine() {
  [[ -n $engine_pid ]] || return 0
  kill -TERM "$engine_pid" 2>/dev/null || true
  timeout 30 tail --pid="$engine_pid" --follow /dev/null || kill -KILL "$engine_pid"
  wait "$engine_pid" || true
  engine_pid=
}

# Below a folder of ours, dockerd leaves its network namespace mounted, and an interrupted debootstrap /proc.
unmount_below() {
  awk -v below="$1/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | tac |
    while read -r mount_point; do umount "$mount_point"; done
}
