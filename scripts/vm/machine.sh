# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The emulated machine: its start and its end.

# start_machine ARCH KERNEL INITRAMFS ARGS [OPTION…]: becomes qemu, its console on stdin and stdout; with $cpus CPUs,
# and further options for qemu
start_machine() {
	local arch=$1 kernel=$2 initramfs=$3 args=$4
	shift 4
	# The CPUs take turns. The kernel patches itself where a tracepoint is switched on, and an emulator with a
	# thread a CPU can continue with the code from before: a tracepoint that stays off, an "Oops: int3", a lock-up.
	local qemu=(-accel "${SG_VM_ACCEL:-tcg,thread=single}" -smp "$cpus" -m 1G -nodefaults -nographic -serial stdio
		-no-reboot -kernel "$kernel" -initrd "$initramfs" "$@")
	# fewer messages; a panic ends the machine (-no-reboot), and nothing of the host's is found by it
	args="quiet panic=-1 $args"
	case $arch in
	amd64) exec qemu-system-x86_64 "${qemu[@]}" -append "console=ttyS0 $args" ;;
	arm64) exec qemu-system-aarch64 -M virt -cpu max,pauth=off "${qemu[@]}" -append "console=ttyAMA0 $args" ;;
	esac
}

# watch_machine PID LOG: until it ends. Killed when it says nothing more of the tests for long, whatever else it prints:
# a kernel that is stuck tells that every 20 seconds, for ever.
watch_machine() {
	local machine=$1 log=$2 said=0 now since=$SECONDS patience=${SG_VM_PATIENCE:-120}
	# how fast it is depends on what else this host does; that it continues does not
	while kill -0 "$machine" 2>/dev/null; do
		now=$(grep -ac 'vm: ' "$log") || true
		if [ "$now" != "$said" ]; then
			said=$now since=$SECONDS
		elif [ $((SECONDS - since)) -ge "$patience" ]; then
			kill -KILL "$machine"
			echo "vm: nothing happened for $patience s" >>"$log"
			break
		fi
		sleep 0.2
	done
	wait "$machine" 2>/dev/null || true
}
