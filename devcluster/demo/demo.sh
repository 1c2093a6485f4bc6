#!/usr/bin/env bash
# The story of one snapshot, on a cluster of three processes and no container: an API server in
# memory, a sample CSI driver on real files, and csi-snapshotter between them. What is printed is
# checked; the demo ends with 0 only if all of it was true.
set -euo pipefail

usage() {
  echo "usage: demo.sh --devcluster=BINARY --sidecar=BINARY --manifests=FOLDER [--keep]" >&2
  exit 2
}

keep=
for word in "$@"; do
  case "$word" in
    --devcluster=*) devcluster=$(readlink -f "${word#*=}") ;;
    --sidecar=*) sidecar=$(readlink -f "${word#*=}") ;;
    --manifests=*) manifests=${word#*=} ;;
    --keep) keep=yes ;;
    *) usage ;;
  esac
done
[ -x "${devcluster:-}" ] && [ -x "${sidecar:-}" ] && [ -d "${manifests:-}" ] || usage

folder=$(mktemp -d -t devcluster.XXXXXX)
export KUBECONFIG=$folder/kubeconfig
socket=$folder/csi.sock
storage=$folder/storage
pids=()

stop() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

tell() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '\033[36m$ %s\033[0m\n' "$*"; "$@"; }
fail() {
  printf '\n\033[31mThe demo failed: %s\033[0m\n' "$*" >&2
  for log in "$folder"/*.log; do printf -- '--- the end of %s\n' "$log" >&2; tail -n 20 "$log" >&2; done
  exit 1
}

# start NAME COMMAND...: in the background, its output in a file of its own.
start() {
  local name=$1; shift
  "$@" >"$folder/$name.log" 2>&1 &
  pids+=($!)
}

# until_true SECONDS WHAT COMMAND...: asks ten times a second; a demo may look at the clock.
until_true() {
  local left=$(($1 * 10)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    ((left-- > 0)) || fail "$what"
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || fail "a process ended: $what"; done
    sleep 0.1
  done
}

content_is() { [ "$(kubectl get volumesnapshotcontent "$1" -o "jsonpath={$2}")" = "$3" ]; }
content_is_gone() { ! kubectl get volumesnapshotcontent "$1" 2>/dev/null; }
snapshots_on_disk() { find "$storage/snapshots" -mindepth 1 -maxdepth 1 -type d 2>/dev/null | wc -l; }

tell "1. A cluster: an API server in memory, and a CSI driver that keeps its volumes under $storage"
start apiserver "$devcluster" apiserver --port=0 --kubeconfig-out="$KUBECONFIG"
until_true 10 "the API server does not answer" test -s "$KUBECONFIG"
until_true 10 "the API server is not ready" kubectl get --raw /readyz
start driver "$devcluster" driver --endpoint="unix://$socket" --data="$storage"
until_true 10 "the driver made no socket at $socket" test -S "$socket"
run kubectl version 2>/dev/null | grep -i server || fail "kubectl cannot talk to the API server"

tell "2. The kinds, and a class for the driver"
run kubectl apply -k "$manifests/crds"
until_true 10 "the API server does not serve the kinds" kubectl get volumesnapshotcontents
run kubectl apply -f "$manifests/examples/class.yaml"

tell "3. csi-snapshotter, as it would stand in the driver's pod"
echo "\$ csi-snapshotter --kubeconfig=$KUBECONFIG --csi-address=$socket --v=2 &"
start csi-snapshotter "$sidecar" --kubeconfig="$KUBECONFIG" --csi-address="$socket" --v=2

tell "4. A volume with something worth keeping"
volume=$("$devcluster" volume create demo-data --endpoint="unix://$socket") || fail "the driver made no volume"
echo "the quick brown fox" >"$storage/volumes/$volume/fox.txt"
run cat "$storage/volumes/$volume/fox.txt"

tell "5. Somebody asks for a snapshot of it"
# The cluster-wide half, snapshot-controller, makes this object from a user's VolumeSnapshot.
grep -v '^#' "$manifests/examples/content.yaml" | sed "s/VOLUME/$volume/" >"$folder/content.yaml"
cat "$folder/content.yaml"
run kubectl apply -f "$folder/content.yaml"
until_true 30 "the snapshot did not become ready" content_is demo-content .status.readyToUse true
run kubectl get volumesnapshotcontents
[ -n "$(kubectl get volumesnapshotcontent demo-content -o 'jsonpath={.status.restoreSize}')" ] ||
  fail "the content has no restoreSize"
handle=$(kubectl get volumesnapshotcontent demo-content -o 'jsonpath={.status.snapshotHandle}')

tell "6. What the driver was asked, and what it has"
grep -E 'CreateSnapshot|DeleteSnapshot' "$folder/driver.log" || fail "the driver's log names no CreateSnapshot"
echo "changed since" >"$storage/volumes/$volume/fox.txt"
run cat "$storage/volumes/$volume/fox.txt"
run cat "$storage/snapshots/$handle/fox.txt"
[ "$(cat "$storage/snapshots/$handle/fox.txt")" = "the quick brown fox" ] || fail "the snapshot changed with its volume"

if [ -n "$keep" ]; then
  tell "The cluster stays. In another terminal:"
  echo "  export KUBECONFIG=$KUBECONFIG"
  echo "  kubectl get volumesnapshotcontents -w"
  echo "  tail -f $folder/csi-snapshotter.log"
  echo "Ctrl-C here stops it and removes $folder."
  wait -n "${pids[@]}" || true
  fail "a process ended"
fi

tell "7. The snapshot is no longer wanted"
# The snapshot-controller sets this mark when the user's VolumeSnapshot goes: without it a content
# that somebody deletes by mistake keeps its storage.
run kubectl annotate volumesnapshotcontent demo-content snapshot.storage.kubernetes.io/volumesnapshot-being-deleted=yes
run kubectl delete volumesnapshotcontent demo-content --wait=false
until_true 30 "the content did not go" content_is_gone demo-content
run kubectl get volumesnapshotcontents
grep -E 'DeleteSnapshot' "$folder/driver.log" || fail "the driver was not asked to delete"
[ "$(snapshots_on_disk)" = 0 ] || fail "a snapshot is left in $storage/snapshots"
echo "The driver has $(snapshots_on_disk) snapshots."

tell "8. csi-snapshotter is asked to end"
kill -TERM "${pids[2]}"
wait "${pids[2]}" || fail "csi-snapshotter ended with status $?"
unset 'pids[2]'
tail -n 3 "$folder/csi-snapshotter.log"
tell "All of it was as it should be."
