#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A drop-in names nothing that systemd would warn of, unless the workload called it; and of a unit's recording nobody
# speaks of container runtimes. Where systemd is here, it reads the drop-in itself.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command jq jq
cd "$SG_TMP"

# calls_of UNIT-FILE: all that its SystemCallFilter= lines name, comments aside
calls_of() {
	sed -n 's/^SystemCallFilter=~\?//p' "$1" | tr ' ' '\n' | grep .
}

# verified FILE: what systemd says of it
verified() {
	{ printf '[Service]\nExecStart=/bin/true\n' && grep -v '^\[Service\]' "$1"; } >"$SG_ID.service"
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify "./$SG_ID.service" 2>&1 | grep -o 'Failed to parse system call.*' || true
}

# a unit that had a filter of its own: what systemd called under it is of stage floor
jq '.runs[].target = {kind: "unit", unit: "web.service", cgroup: "/system.slice/web.service", filtered: true}' \
	"$SG_SOURCE/tests/golden/cli/runc.json" >unit.json
"$SG" emit -f systemd unit.json -o drop-in 2>notes || fail "emit: $(cat notes)"
! calls_of drop-in | grep -x uretprobe || fail "uretprobe: systemd adds it itself, where it knows it"
! grep -i 'container\|--runtime' notes || fail "a unit has no container runtime"
[ "$(grep -c 'runtime floor: systemd (measured in the recording): ' notes)" = 1 ] || fail "systemd's own calls: $(cat notes)"
jq 'del(.runs[].entries[].count.floor) | .runs[].target.filtered = false' unit.json >plain.json
"$SG" emit -f systemd plain.json -o plain 2>notes || fail "emit: $(cat notes)"
! grep -i 'container\|--runtime' notes || fail "a unit has no container runtime"

# what the workload called stays, in a line of its own after a comment
jq '.runs[0].entries += [{arch: "x86_64", nr: 462, name: "mseal", count: {app: 1}, programs: ["web"], sources: ["bpf"]}]' \
	unit.json >late.json
"$SG" emit -q -f systemd late.json -o late || fail "emit of late.json"
grep -A 1 '^# newer than libseccomp 2.5.4' late | grep -x 'SystemCallFilter=mseal' >/dev/null || fail "mseal: $(cat late)"
diff <(grep -v 'mseal\|^#' late) drop-in >/dev/null || fail "mseal changes other lines"

if command -v systemd-analyze >/dev/null && [ "$(uname -m)" = x86_64 ]; then
	[ -z "$(verified drop-in)" ] || fail "systemd: $(verified drop-in)"
	verified late >said
	! grep -v ': mseal$' said || fail "systemd warns of more than the comment says"
fi
