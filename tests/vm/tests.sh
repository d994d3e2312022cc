# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# What every kernel has to pass. Run by init, each test_* in a shell of its own, in this order; a line
# "note: …" of a test reaches whoever started the machine. busybox has the commands.

cgroups=/sys/fs/cgroup

fail() {
	echo "FAIL: $*"
	exit 1
}

skip() {
	echo "skipped: $*"
	exit 1
}

# compare NAME [exactly]: the recording against NAME.expected
compare() {
	seccomp-gen show --json "/tmp/$1.rec" >"/tmp/$1.json" || fail "$1: show"
	awk -f /tests/expect.awk -v exactly="${2:-}" "/tmp/$1.expected" "/tmp/$1.json" ||
		fail "$1: the recording differs from the truth"
}

# exact NAME MODE N: record known_calls, whose output is the truth
exact() {
	seccomp-gen record --quiet -o "/tmp/$1.rec" -- /helpers/known_calls "$2" "$3" >"/tmp/$1.expected" ||
		fail "$1: record ended with $?"
	compare "$1"
}

# bare_expected N: what N runs of bare_calls make
bare_expected() {
	case $(uname -m) in
	x86_64) set -- "$1" x86_64 110 102 60 ;;
	aarch64) set -- "$1" aarch64 173 174 93 ;;
	esac
	printf "$2 %d %d\\n" "$3" $((12345 * $1)) "$4" $((678 * $1)) "$5" "$1"
}

# start_recorder NAME ARG…: record into NAME.rec in the background; returns when it is attached
start_recorder() {
	name=$1
	shift
	seccomp-gen record "$@" -o "/tmp/$name.rec" 2>"/tmp/$name.log" &
	recorder=$!
	until grep -q 'recording cgroup' "/tmp/$name.log"; do
		[ -d "/proc/$recorder" ] || fail "record ended at once: $(cat "/tmp/$name.log")"
		usleep 50000
	done
}

end_recorder() {
	kill -INT "$recorder"
	wait "$recorder" || fail "record ended with $?: $(cat "/tmp/$name.log")"
}

# First, for it says how the recorder works on this kernel. Its own words go to whoever compares them.
mechanism_of() {
	sed -n 's/.*"mechanism": "\(.*\)",*/\1/p' "$1"
}
test_mechanism() {
	if ! seccomp-gen record --quiet -o /tmp/mechanism.rec -- true; then
		# why, as the verifier's log has it
		SECCOMP_GEN_DEBUG=1 seccomp-gen record --quiet -o /tmp/mechanism.rec -- true 2>&1 | grep -v '^;' | tail -n 60
		echo "note: give up"
		fail "record does not work at all"
	fi
	mechanism=$(mechanism_of /tmp/mechanism.rec)
	[ -n "$mechanism" ] || fail "the recording states no mechanism"
	echo "note: mechanism $mechanism"
}

test_every_call_of_a_program_without_libc() {
	bare_expected 1 >/tmp/bare.expected
	seccomp-gen record --quiet -o /tmp/bare.rec -- /helpers/bare_calls || fail "record ended with $?"
	compare bare exactly
}

test_counts_of_one_thread() {
	exact plain plain 20000
}

test_counts_of_threads_on_all_cpus() {
	exact threads threads 20000
}

test_counts_of_forks() {
	exact forks forks 200
}

# compare_but_for_skipped NAME: others, the recorder too, are preempted in the middle of bpf(2) calls, which from 7.0 on
# makes the kernel skip programs: what is not counted then must be in the ledger, and some may be counted twice.
compare_but_for_skipped() {
	lost=0
	if grep -q '"mechanism": "tp_btf' "/tmp/$1.rec"; then
		compare "$1"
		return
	fi
	seccomp-gen show --json "/tmp/$1.rec" >"/tmp/$1.json" || fail "$1: show"
	lost=$(sed -n 's/.*"recursion_misses": \([0-9]*\).*/\1/p' "/tmp/$1.json" | head -n 1)
	while read -r arch nr count; do
		got=$(sed -n "s/.*\"arch\": \"$arch\", \"nr\": $nr, \"count\": \([0-9]*\),.*/\1/p" "/tmp/$1.json")
		echo "note: $1: of $count calls $got recorded, $lost in the ledger for all"
		[ "$got" -ge $((count - lost)) ] || fail "$((count - got)) calls are missing, and the ledger says $lost"
		[ "$got" -le $((count + count / 100)) ] || fail "$((got - count)) calls too many"
	done <"/tmp/$1.expected"
}

load_of_bpf_calls() {
	seccomp-gen record --quiet -o /tmp/load.rec -- /helpers/known_calls threads 5000 >/tmp/load.expected
	[ -d "/proc/$load" ] || fail "the load ended"
	compare_but_for_skipped load
}

test_counts_under_a_load_of_bpf_calls() {
	/helpers/bpf_load 2 &
	load=$!
	load_of_bpf_calls
	# where nothing is skipped one round tells it; where programs are, it happens: provoked recursion_misses
	if ! grep -q '"mechanism": "tp_btf' /tmp/load.rec; then
		load_of_bpf_calls
		for round in 3 4 5; do
			[ "$lost" = 0 ] || break
			echo "note: nothing skipped by round $round"
			load_of_bpf_calls
		done
		[ "$lost" -gt 0 ] || fail "nothing was skipped, or the ledger does not know"
	fi
	kill "$load"
}

test_counts_of_vforks() {
	[ "$(uname -m)" = x86_64 ] || skip "no vfork call here"
	exact vforks vforks 1
}

test_counts_of_int80() {
	[ "$(uname -m)" = x86_64 ] || skip "of x86 only"
	exact int80 int80 5000
}

test_counts_of_x32() {
	[ "$(uname -m)" = x86_64 ] || skip "of x86 only"
	exact x32 x32 5000
}

test_counts_of_invalid_numbers() {
	exact invalid invalid 1000
}

# A 32-bit program on aarch64; not all of its processors can run one.
test_counts_of_a_32_bit_program() {
	[ -e /helpers/bare_calls_arm ] || skip "there is none"
	/helpers/bare_calls_arm 2>/dev/null || skip "the processor or the kernel cannot run one"
	seccomp-gen record --quiet -o /tmp/arm.rec -- /helpers/bare_calls_arm || fail "record ended with $?"
	printf 'arm 64 12345\narm 199 678\narm 1 1\n' >/tmp/arm.expected
	compare arm exactly
}

# denied FILE: "KIND NR COUNT" of the denied calls in a recording
denied() {
	awk '/"denied": [{]/ {
		match($0, /"nr": [0-9]+/)
		nr = substr($0, RSTART + 6, RLENGTH - 6)
		sub(/.*"denied": [{]/, "")
		sub(/[}].*/, "")
		gsub(/[":,]/, "")
		for (i = 1; i < NF; i += 2)
			print $i, nr, $(i + 1)
	}' "$1"
}

# Denied calls of each kind, to the last one, without the audit trail: the kernel kills differently from release to
# release. A few a test, for a machine that is silent for two minutes is taken for stuck.
denials_of() {
	for kind; do
		seccomp-gen record --no-audit --quiet -o /tmp/denied.rec -- /helpers/denied_calls "$kind" 20 >/tmp/denied.expected ||
			fail "$kind: record ended with $?"
		denied /tmp/denied.rec | diff /tmp/denied.expected - || fail "$kind: expected -, recorded +"
	done
}

test_denied_calls_that_fail() {
	denials_of errno errno_zero first trace
}

test_denied_calls_that_trap() {
	denials_of trap trap_dies
}

test_denied_calls_that_kill() {
	denials_of kill_process kill_alongside kill_thread
}

test_denied_calls_of_the_strict_mode() {
	denials_of strict strict_thread
}

test_denied_calls_that_are_notified() {
	denials_of user_notif user_notif_value user_notif_zero
}

# What is denied between the filter and the exec is the launcher's.
test_denied_calls_by_stage() {
	mkdir -p "$cgroups/staged"
	start_recorder staged --no-audit --cgroup "$cgroups/staged"
	SG_TEST_CGROUP=$cgroups/staged /helpers/denied_calls staged 20 >/tmp/staged.expected
	end_recorder
	# without a getpgrp the one getpgid is one more of them
	case $(uname -m) in
	aarch64) set -- 61 21 ;;
	*) set -- 60 20 ;;
	esac
	grep -q "\"denied\": {\"errno\": $1}, \"denied_stages\": {\"floor\": $2}" /tmp/staged.rec || fail "$(grep denied /tmp/staged.rec)"
	rmdir "$cgroups/staged"
}

# Where nothing is denied nothing is said to be, with a filter or without.
test_no_denied_calls_in_ordinary_life() {
	seccomp-gen record --no-audit --denials always --quiet -o /tmp/life.rec -- /helpers/ordinary_load 20000 || fail "record: $?"
	[ -z "$(denied /tmp/life.rec)" ] || fail "false denials: $(denied /tmp/life.rec)"
}

# A service in a cgroup that was there before, and one below it that comes later.
test_a_cgroup_and_one_made_below_it() {
	mkdir -p "$cgroups/service"
	start_recorder service --cgroup "$cgroups/service"
	mkdir "$cgroups/service/below"
	for dir in service service/below; do
		# the shell moves itself and becomes the program: what it calls itself is set-up
		sh -c "echo \$\$ >$cgroups/$dir/cgroup.procs && exec /helpers/bare_calls"
	done
	/helpers/bare_calls # outside: not to be counted
	end_recorder
	bare_expected 2 >/tmp/service.expected
	compare service exactly
	rmdir "$cgroups/service/below" "$cgroups/service"
}

# The clock is set back an hour under way: the counts are right, no time is before the start, and it took what it took.
test_a_clock_that_is_set_back() {
	mkdir -p "$cgroups/clock"
	start_recorder clock --cgroup "$cgroups/clock"
	sh -c "echo \$\$ >$cgroups/clock/cgroup.procs && exec /helpers/known_calls plain 3000" >/tmp/clock.expected
	now=$(date +%s)
	date -s "@$((now - 3600))" >/dev/null
	[ "$(date +%s)" -lt "$now" ] || fail "the clock cannot be set"
	sh -c "echo \$\$ >$cgroups/clock/cgroup.procs && exec /helpers/known_calls plain 3000" >/dev/null
	sleep 2
	end_recorder
	date -s "@$((now + 2))" >/dev/null
	awk '{ print $1, $2, $3 * 2 }' /tmp/clock.expected >/tmp/clock.twice
	mv /tmp/clock.twice /tmp/clock.expected
	compare clock
	seccomp-gen emit --quiet /tmp/clock.rec >/dev/null || fail "emit"
	# in nanoseconds, beyond awk's numbers: all have as many digits
	start=$(sed -n 's/^ *"start": \([0-9]*\),*$/\1/p' /tmp/clock.rec)
	grep -oE '"(end|first_seen|last_seen)": [0-9]+' /tmp/clock.rec | sort -u >/tmp/clock.times
	[ -s /tmp/clock.times ] || fail "no times"
	while read -r what time; do
		[ "$time" -ge "$start" ] || fail "$what $time is before the start, $start"
	done </tmp/clock.times
	end=$(sed -n 's/^"end": //p' /tmp/clock.times)
	[ $((end - start)) -ge 2000000000 ] || fail "it took two seconds and more, and the recording says $((end - start)) ns"
	rmdir "$cgroups/clock"
}

# A CPU goes away and comes again while calls are made on it: what it counted is not lost.
test_a_cpu_that_goes_away() {
	online=/sys/devices/system/cpu/cpu1/online
	[ -w "$online" ] || skip "no CPU that can be switched off"
	mkdir -p "$cgroups/cpu"
	start_recorder cpu --cgroup "$cgroups/cpu"
	rm -f /tmp/cpu.done
	{
		for state in 0 1 0; do
			usleep 200000
			echo "$state" >"$online"
			[ "$(cat "$online")" = "$state" ] && echo "$state" >>/tmp/cpu.states
		done
		: >/tmp/cpu.done
	} &
	rounds=0
	until [ -e /tmp/cpu.done ]; do
		sh -c "echo \$\$ >$cgroups/cpu/cgroup.procs && exec /helpers/known_calls threads 5000" >/tmp/cpu.once
		rounds=$((rounds + 1))
	done
	[ "$(xargs </tmp/cpu.states)" = "0 1 0" ] || skip "this kernel keeps CPU 1"
	awk -v n="$rounds" '{ print $1, $2, $3 * n }' /tmp/cpu.once >/tmp/cpu.expected
	end_recorder
	echo 1 >"$online"
	compare_but_for_skipped cpu
	rmdir "$cgroups/cpu"
}

# A cgroup of a v1 hierarchy: the task's v2 cgroup is the root, and tells nothing.
test_a_cgroup_v1() {
	mkdir -p /tmp/pids
	mount -t cgroup -o pids none /tmp/pids 2>/dev/null || skip "this kernel has no cgroup v1"
	mkdir /tmp/pids/old
	/helpers/stop_then_exec /helpers/bare_calls &
	program=$!
	echo "$program" >/tmp/pids/old/cgroup.procs
	start_recorder old --pid "$program"
	kill -CONT "$program"
	wait "$program"
	end_recorder
	bare_expected 1 >/tmp/old.expected
	compare old
	rmdir /tmp/pids/old
	umount /tmp/pids
}

# What it is all for: record a program, emit its profile, and see it run under that and not under less.
# shellcheck disable=SC2016 # for the shell that is recorded
workload='cd /tmp && mkdir -p w && for i in 1 2 3; do date >w/$i; done && ls -l w | sort | wc -l && rm -r w'
under() {
	# shellcheck disable=SC2046 # numbers
	/helpers/allow_only $(cat "$1") -- sh -c "$workload"
}
test_a_profile_that_is_enough_and_not_more() {
	seccomp-gen record --quiet -o /tmp/work.rec -- sh -c "$workload" || fail "record ended with $?"
	seccomp-gen emit --quiet /tmp/work.rec >/tmp/work.json || fail "emit ended with $?"
	seccomp-gen show --json /tmp/work.rec >/tmp/work.shown
	# the allowed names in numbers, as far as the recording has them
	awk 'FNR == NR {
			if (/"action"/)
				allowing = 0
			while (match($0, /"[a-z_0-9]+"/)) {
				allowed[substr($0, RSTART + 1, RLENGTH - 2)] = 1
				$0 = substr($0, RSTART + RLENGTH)
			}
			next
		}
		/"nr": / {
			split($0, part, /[":, {}]+/)
			if (part[3] in allowed)
				print part[7]
		}' /tmp/work.json /tmp/work.shown | sort -nu >/tmp/allowed
	[ "$(wc -l </tmp/allowed)" -gt 10 ] || fail "the profile allows $(wc -l </tmp/allowed) calls"
	under /tmp/allowed || fail "the workload fails under its own profile"
	# without one call that the workload cannot do without
	mkdirs='^83$|^258$'
	[ "$(uname -m)" = x86_64 ] || mkdirs='^34$'
	grep -vE "$mkdirs" /tmp/allowed >/tmp/fewer
	[ "$(wc -l </tmp/fewer)" -lt "$(wc -l </tmp/allowed)" ] || fail "no mkdir was recorded"
	if under /tmp/fewer 2>/dev/null; then
		fail "the workload runs without a call it needs: the profile was not in force"
	fi
	echo "note: profile of $(wc -l </tmp/allowed) calls enforced"
}
