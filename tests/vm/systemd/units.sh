# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Units of every kind: what one recorder has of each, against what strace of PID 1 saw at the same time; then each
# under its own drop-in.

UNITS="simple notify tpl@one sock timed deleg dyn root restart leave"

# unit FILE LINE…
unit() {
	local file=$1
	shift
	printf '%s\n' "$@" >"/etc/systemd/system/$file"
}

# Each has a program of its own name, by which the trace tells them apart.
write_units() {
	local n
	mkdir -p /srv/root/bin
	for n in simple tpl timed deleg dyn restart leave; do cp /bin/busybox "/usr/local/bin/sg-$n"; done
	cp /bin/busybox /srv/root/bin/sg-root
	cp /usr/bin/python3 /usr/local/bin/sg-notify
	cp /usr/bin/python3 /usr/local/bin/sg-sock
	unit sg-simple.service '[Service]' \
		"ExecStart=@/usr/local/bin/sg-simple busybox sh -c 'ls / >/dev/null; mkdir /run/sg/units/d; sleep 1'"
	cat >/usr/local/bin/sg-notify.py <<-'EOF'
		import os, socket, time
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
		time.sleep(1)
		os.sync()
		open("/run/sg/units/notified", "w").close()
	EOF
	unit sg-notify.service '[Service]' Type=notify 'ExecStart=/usr/local/bin/sg-notify /usr/local/bin/sg-notify.py'
	unit sg-tpl@.service '[Service]' Type=oneshot \
		"ExecStart=@/usr/local/bin/sg-tpl busybox sh -c 'echo %%i >/run/sg/units/tpl-%i; chmod 600 /run/sg/units/tpl-%i'"
	cat >/usr/local/bin/sg-sock.py <<-'EOF'
		import socket
		s = socket.socket(fileno=3)
		c, _ = s.accept()
		c.send(b"hi")
		c.close()
	EOF
	unit sg-sock.socket '[Socket]' ListenStream=127.0.0.1:7777
	unit sg-sock.service '[Service]' 'ExecStart=/usr/local/bin/sg-sock /usr/local/bin/sg-sock.py'
	unit sg-timed.timer '[Timer]' OnActiveSec=1s AccuracySec=1ms
	unit sg-timed.service '[Service]' Type=oneshot \
		"ExecStart=@/usr/local/bin/sg-timed busybox sh -c 'usleep 100000; mkdir /run/sg/units/timed'"
	unit sg-deleg.service '[Service]' Type=oneshot Delegate=yes "ExecStart=@/usr/local/bin/sg-deleg busybox sh -c \
'C=/sys/fs/cgroup\$\$(cut -d: -f3 /proc/self/cgroup); mkdir \$\$C/kid; (echo 0 >\$\$C/kid/cgroup.procs; sync; mkdir /run/sg/units/kid)'"
	unit sg-dyn.service '[Service]' Type=oneshot DynamicUser=yes StateDirectory=sg-dyn \
		"ExecStart=@/usr/local/bin/sg-dyn busybox sh -c 'touch /var/lib/sg-dyn/f; id'"
	unit sg-root.service '[Service]' Type=oneshot RootDirectory=/srv/root 'ExecStart=@/bin/sg-root busybox mkdir /made'
	unit sg-restart.service '[Service]' \
		"ExecStart=@/usr/local/bin/sg-restart busybox sh -c 'ls / >/dev/null; while :; do sleep 1; done'"
	# continues in a cgroup that is not the unit's, and keeps the unit's filter
	unit sg-leave.service '[Service]' Type=oneshot "ExecStart=@/usr/local/bin/sg-leave busybox sh -c \
'mkdir -p /sys/fs/cgroup/sg-other; (echo 0 >/sys/fs/cgroup/sg-other/cgroup.procs; mkdir /run/sg/units/left; sync; chmod 700 /run/sg/units/left)'"
	systemctl daemon-reload
}

start_units() {
	local n failed=
	rm -rf /run/sg/units /srv/root/made
	mkdir -p /run/sg/units
	for n in simple notify tpl@one deleg dyn root leave; do
		systemctl start "sg-$n" || failed+=" $n"
	done
	systemctl start sg-sock.socket sg-timed.timer || failed+=" socket or timer"
	wait_for 60 test -d /run/sg/units/timed || failed+=" timed"
	[ "$(curl -s --max-time 30 --http0.9 127.0.0.1:7777)" = hi ] || failed+=" sock"
	systemctl restart sg-restart || failed+=" restart"
	wait_for 60 test -e /run/sg/units/notified || failed+=" notify"
	for n in d tpl-one kid left; do [ -e "/run/sg/units/$n" ] || failed+=" $n is not made"; done
	[ -d /srv/root/made ] && [ -e /var/lib/sg-dyn/f ] || failed+=" root or dyn"
	sleep 2
	systemctl stop sg-restart sg-timed.timer sg-sock.socket
	[ -z "$failed" ] || fail "$1: units fail:$failed"
}

clear_units() {
	rmdir /sys/fs/cgroup/sg-other /sys/fs/cgroup/system.slice/sg-deleg.service/kid 2>/dev/null || true
	rm -f /var/lib/private/sg-dyn/f
}

test_units() {
	local n exe file trace
	write_units
	start_units "before"
	clear_units
	systemctl start sg-restart

	step record
	strace -f -q -o trace -p 1 &
	trace=$!
	sleep 3
	# shellcheck disable=SC2046,SC2086 # words
	start_recorder recorded $(printf -- '--unit sg-%s ' $UNITS)
	start_units "recorded"
	sleep 2
	end_recorder recorded
	kill -INT "$trace"
	wait "$trace" || true
	for n in $UNITS; do
		exe=/usr/local/bin/sg-${n%@*}
		[ "$n" != root ] || exe=/bin/sg-root
		file=$(recording_of recorded "sg-${n/@/-}")
		app_calls "$file" >ours
		python3 /sg/tests/truth.py trace "$exe" >theirs
		[ -s theirs ] || fail "$n: strace saw nothing"
		diff theirs ours >difference || fail "$n: strace (<) and the recording (>) differ: $(cat difference)"
		echo "note: $n: strace and the recording agree on $(wc -l <ours) calls"
	done

	step enforce
	clear_units
	for n in $UNITS; do
		drop_in "sg-${n/@one/@}.service" "$(recording_of recorded "sg-${n/@/-}")"
	done
	systemctl daemon-reload
	start_units "enforced"
	clear_units

	step "and a call less"
	sed -i -E 's/\bmkdir(at)?\b//g' /etc/systemd/system/sg-leave.service.d/seccomp-gen.conf
	systemctl daemon-reload
	rm -rf /run/sg/units/left
	systemctl start sg-leave || true
	[ ! -d /run/sg/units/left ] || fail "a process that left its unit's cgroup is not under its filter"
}
