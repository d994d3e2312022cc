#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# SeccompProfile resources against the operator's published schema, as an API server would hold them against it.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"
need_command python3 python3
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "needs python3-yaml (apt-get install python3-yaml)"
CRD=$SG_SOURCE/tests/golden/crd
cd "$SG_TMP"

# Profiles of every action, operator, architecture and flag, and numbers at the edges of what they can be.
python3 - <<'PY'
import json
import random

random.seed(5)
arches = ["X86_64", "X86", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC",
          "PPC64", "PPC64LE", "S390", "S390X", "RISCV64"]
actions = ["KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ERRNO", "TRACE", "ALLOW", "LOG", "NOTIFY"]
values = [0, 1, 9, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1]
names = ["read", "write", "socket", "clone", "ioctl", "kill", "mkdir", "execve", "openat", "prctl"]
flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
         "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]
listeners = [None, "/run/agent", "/var/run/security-profiles-operator/agent.sock", "/var/run/security-profiles-operator/",
             "/var/run/security-profiles-operator/a/b", "/var/run/security-profiles-operator/a b"]
for i in range(60):
    entries = []
    for _ in range(random.randrange(8)):
        action = random.choice(actions)
        entry = {"names": random.sample(names, random.randrange(1, 4)), "action": "SCMP_ACT_" + action}
        if action in ("ERRNO", "TRACE") and random.random() < .8:
            entry["errnoRet"] = random.choice([0, 1, 38, 4095])
        entry["args"] = [{"index": k, "value": random.choice(values), "valueTwo": random.choice(values),
                          "op": "SCMP_CMP_" + random.choice(["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"])}
                         for k in random.sample(range(6), random.randrange(4))]
        entries.append(entry)
    profile = {"defaultAction": "SCMP_ACT_" + actions[i % 8],
               "architectures": ["SCMP_ARCH_" + a for a in random.sample(arches, random.randrange(1, 5))],
               "flags": random.sample(flags, random.randrange(3)), "syscalls": entries}
    if listeners[i % 6]:
        profile["listenerPath"] = listeners[i % 6]
    with open(f"random-{i}.json", "w", encoding="utf-8") as f:
        json.dump(profile, f)
PY

n=0
for profile in "$SG_SOURCE"/profiles/default/*.json "$SG_SOURCE"/profiles/*.json "$SG_SOURCE"/tests/golden/oci/*.json random-*.json; do
	n=$((n + 1))
	expect 0 convert --arch x86_64 -q -f crd --name "profile.$n" "$profile"
	mv out "$n.yaml"
done
expect 0 emit -q --format crd --name of-a-recording "$DATA/nginx.json"
mv out emitted.yaml
for schema in "$CRD"/*.yaml; do
	"$CRD/validate.py" "$schema" [0-9]*.yaml emitted.yaml || fail "$(basename "$schema") does not take what was printed"
done
# the newer version of the resource has the same fields
sed -i 's/^apiVersion: .*/apiVersion: security-profiles-operator.x-k8s.io\/v1/' [0-9]*.yaml
"$CRD/validate.py" "$CRD/seccompprofile-v1.0.0.yaml" [0-9]*.yaml || fail "v1 does not take what was printed"

# What does not fit is refused, or none of the above means anything.
spoil() {
	sed "$1" emitted.yaml >spoiled.yaml
	! cmp -s emitted.yaml spoiled.yaml || fail "'$1' changes nothing"
	! "$CRD/validate.py" "$CRD/seccompprofile-v1.0.0.yaml" spoiled.yaml 2>/dev/null || fail "taken in spite of '$1'"
}
spoil 's/SCMP_ACT_ALLOW/SCMP_ACT_ALLOWED/'
spoil 's/v1beta1/v1alpha1/'
spoil 's/SCMP_ARCH_X86_64/SCMP_ARCH_Z80/'
spoil 's/^  defaultAction/  defaultErrnoRet: 38\n  defaultAction/'
spoil 's/^    - read$/    - read\n    - read/'
spoil 's/^    - read$/    - 7/'
spoil 's/^  syscalls:/  listenerPath: \/run\/agent\n  syscalls:/'
spoil 's/  name: .*/  name: Of_A/'
say "$((n + 1)) resources fit the operator's schemas"
