#!/usr/bin/env bash
# The story of one snapshot, on a cluster of three processes and no container: an API server in
# memory, a sample CSI driver on real files, and csi-snapshotter between them. It is taken, kept
# without its object, imported again and deleted; and one fails for all to see. What is printed is
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
told() { kubectl get events -o jsonpath='{range .items[*]}{.reason} {.involvedObject.name}{"\n"}{end}' | grep -qx "$1"; }
http_port() { grep -o 'address="127.0.0.1:0" port=[0-9]*' "$folder/csi-snapshotter.log" | grep -o '[0-9]*$'; }
# page PATH: what csi-snapshotter answers, without the headers.
page() {
  exec 3<>"/dev/tcp/127.0.0.1/$(http_port)"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
  sed '1,/^\r$/d' <&3
  exec 3>&-
}
is_ready() { [ "$(page /readyz)" = ok ]; }
# forget CONTENT: as the snapshot-controller does it when the user's VolumeSnapshot goes. Without
# the mark a content that somebody deletes by mistake keeps its storage.
forget() {
  run kubectl annotate volumesnapshotcontent "$1" snapshot.storage.kubernetes.io/volumesnapshot-being-deleted=yes
  run kubectl delete volumesnapshotcontent "$1" --wait=false
  until_true 30 "$1 did not go" content_is_gone "$1"
}
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
flags=(--kubeconfig="$KUBECONFIG" --csi-address="$socket" --leader-election --http-endpoint=127.0.0.1:0 --v=2)
echo "\$ csi-snapshotter ${flags[*]} &"
start csi-snapshotter "$sidecar" "${flags[@]}"
until_true 10 "csi-snapshotter serves no metrics" http_port
until_true 10 "csi-snapshotter does not become ready" is_ready
echo "\$ curl http://127.0.0.1:$(http_port)/readyz"
page '/readyz?verbose'
run kubectl get leases
[ -n "$(kubectl get leases -o 'jsonpath={.items[*].spec.holderIdentity}')" ] || fail "nobody holds the lease"

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

tell "7. The content goes, the snapshot stays: an administrator has said Retain"
run kubectl patch volumesnapshotcontent demo-content --type=merge -p '{"spec": {"deletionPolicy": "Retain"}}'
forget demo-content
! grep DeleteSnapshot "$folder/driver.log" || fail "the driver was asked to delete"
[ "$(snapshots_on_disk)" = 1 ] || fail "the snapshot is gone from $storage/snapshots"
echo "The driver still has $handle."

tell "8. It comes back by its handle, here or in another cluster"
grep -v '^#' "$manifests/examples/import.yaml" | sed "s/HANDLE/$handle/" >"$folder/import.yaml"
run kubectl apply -f "$folder/import.yaml"
until_true 30 "the imported snapshot did not become ready" content_is imported-content .status.readyToUse true
run kubectl get volumesnapshotcontents
content_is imported-content .status.snapshotHandle "$handle" || fail "the import has another handle"

tell "9. One that cannot be taken says why"
sed 's/demo-content/failing-content/; s/volumeSnapshotClassName: .*/volumeSnapshotClassName: no-such-class/; s/uid: ./uid: 0/' \
  "$folder/content.yaml" >"$folder/failing.yaml"
run kubectl apply -f "$folder/failing.yaml"
until_true 30 "nobody was told of the failure" told "SnapshotCreationFailed failing-content"
run kubectl get events --field-selector=reason=SnapshotCreationFailed
echo "\$ curl http://127.0.0.1:$(http_port)/metrics"
page /metrics >"$folder/metrics.txt"
grep -E '^csi_snapshotter_(contents\{state="(ready|pending)"|oldest)|^csi_sidecar_.*_count.*CreateSnapshot' "$folder/metrics.txt"
for line in 'csi_snapshotter_contents{state="ready"} 1' 'csi_snapshotter_contents{state="pending"} 1'; do
  grep -qxF "$line" "$folder/metrics.txt" || fail "the metrics do not say: $line"
done

tell "10. Nothing of it is wanted any more"
forget failing-content
forget imported-content
run kubectl get volumesnapshotcontents
grep -E 'DeleteSnapshot' "$folder/driver.log" || fail "the driver was not asked to delete"
[ "$(snapshots_on_disk)" = 0 ] || fail "a snapshot is left in $storage/snapshots"
echo "The driver has $(snapshots_on_disk) snapshots."

tell "11. csi-snapshotter is asked to end, and gives up its lease"
kill -TERM "${pids[2]}"
wait "${pids[2]}" || fail "csi-snapshotter ended with status $?"
unset 'pids[2]'
tail -n 3 "$folder/csi-snapshotter.log"
run kubectl get leases
[ -z "$(kubectl get leases -o 'jsonpath={.items[*].spec.holderIdentity}')" ] || fail "the lease is still held"
tell "All of it was as it should be."
