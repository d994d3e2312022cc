#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Cgroup paths of runtimes, with both cgroup drivers, nested or not: what `record --all` makes of each. A process
# that stands in for the container is all that runs there.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../bpf/lib.sh"
need_bpf
export DOCKER_HOST=unix://$SG_TMP/no-docker
make_cgroup "$SG_ID"
PARENT=$REPLY

# What a path means: PATH KIND NAME, in which ID stands for 64 digits and UID for a pod's.
cat >"$SG_TMP/paths" <<'EOT'
docker/ID container ID
system.slice/docker-ID.scope container ID
user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope container ID
docker/ID/docker/ID2 container ID2
libpod_parent/libpod-ID container ID
machine.slice/libpod-ID.scope container ID
user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope container ID
machine.slice/machine-libpod_pod_ID2.slice/libpod-ID.scope container ID
kubepods/podUID/ID container ID
kubepods/burstable/podUID/ID container ID
kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podUID_.slice/cri-containerd-ID.scope container ID
kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID_.slice/crio-ID.scope container ID
kubepods.slice/kubepods-podUID_.slice/docker-ID.scope container ID
kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podUID_.slice/cri-containerd-ID.scope container ID
system.slice/nerdctl-ID.scope container ID
lxc.payload.web container web
lxc/web2 container web2
system.slice/runc-by-hand.scope container by-hand
system.slice/crun-by-hand2.scope container by-hand2
user.slice/youki-by-hand3.scope container by-hand3
system.slice/nginx.service unit nginx.service
system.slice/system-getty.slice/getty@tty1.service unit getty@tty1.service
user.slice/user-0.slice/session-1.scope unit session-1.scope
user.slice/user-1000.slice/user@1000.service/app.slice/app.service unit app.service
plain/tree cgroup -
machine.slice/libpod-conmon-ID.scope none -
system.slice/crio-conmon-ID.scope none -
lxc.monitor.web none -
EOT
python3 - "$SG_TMP/paths" >"$SG_TMP/filled" <<'PY'
import re, sys, uuid
for line in open(sys.argv[1]):
    ids, uid = [uuid.uuid4().hex + uuid.uuid4().hex for _ in range(2)], str(uuid.uuid4())
    line = line.replace("UID_", uid.replace("-", "_")).replace("UID", uid)
    print(re.sub(r"\bID2|(?<=_)ID2|(?<=-)ID2", ids[1], re.sub(r"(?<![A-Z])ID(?!2)", ids[0], line)), end="")
PY

# The cgroups above are there before: what matters is the last part, and what it is in.
while read -r path _; do
	mkdir -p "$PARENT/${path%/*}"
done < <(grep / "$SG_TMP/filled")
start_recorder "$SG_TMP/recordings" --all
while read -r path _; do
	mkdir "$PARENT/$path"
	in_cgroup "$PARENT/$path" "$SG_HELPERS/bare_rare"
	wait_for 30 rmdir "$PARENT/$path" 2>/dev/null || fail "cannot remove $path"
done <"$SG_TMP/filled"
end_recorder "$SG_TMP/recordings" INT

python3 - "$SG_TMP/filled" "$SG_TMP/recordings" "/$SG_ID/" <<'PY' || fail "not every path was understood"
import json, pathlib, sys
rows, directory, parent = sys.argv[1:]
got = {}
for path in pathlib.Path(directory).iterdir():
    for run in json.loads(path.read_text())["runs"]:
        t = run["target"]
        name = t.get("container_id") or t.get("unit") or "-"
        if any(e["nr"] == 148 for e in run["entries"] if e["name"] == "sched_rr_get_interval"):
            got[t["cgroup"].split(parent, 1)[-1]] = (t["kind"], name)
bad = 0
for line in open(rows):
    path, kind, name = line.split()
    want = None if kind == "none" else (kind, name)
    if got.get(path) != want:
        print(path, "is", got.get(path), "and not", want, file=sys.stderr)
        bad += 1
print("test_container_paths:", sum(1 for _ in open(rows)), "paths,", bad, "not understood", file=sys.stderr)
sys.exit(bad != 0)
PY
