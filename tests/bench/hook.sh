# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# What scripts/vm/bench-hook has its machine do, after the mounts of tests/vm/init; bench_hook.c says what is measured.

peer=/peer # Debian's package and what it needs, the kernel's headers
for dir in proc sys dev tmp; do
	mkdir -p "$peer/$dir"
	mount --rbind "/$dir" "$peer/$dir"
done
# shellcheck disable=SC2013 # words
for word in $(cat /proc/cmdline); do
	case $word in
	bench.*=*) eval "${word#bench.}" ;;
	esac
done
# shellcheck disable=SC2154 # of the command line
bench_hook /tests/recorder.bpf.o /tests/empty.bpf.o "$peer" /usr/libexec/oci/hooks.d/oci-seccomp-bpf-hook \
	"$starts" "$rounds" "$calls" && echo "vm: end"
