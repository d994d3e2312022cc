# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The services of a Debian host, recorded through restart, use and reload, and then used again under the drop-ins that
# were made of it.

SERVICES="ssh cron nginx redis-server systemd-journald systemd-logind systemd-networkd systemd-udevd"

ssh_to() {
	ssh -q -i key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=60 "$@" </dev/null
}

# Each use_NAME is what a client of the service does; false when it is not served.
use_ssh() {
	[ "$(ssh_to alice@127.0.0.1 'id -un')" = alice ] || return
	# a login with a terminal, in a session of its own
	# shellcheck disable=SC2016 # the other side's
	ssh_to -tt alice@127.0.0.1 'tty; echo "session $XDG_SESSION_ID"; ls / >/dev/null; mkdir d && rmdir d' >tty.out || return
	grep -q '^session [0-9a-f]' tty.out || return
	echo 'hello' >sent
	scp -q -i key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null sent alice@127.0.0.1:received </dev/null || return
	cmp sent /home/alice/received
}

use_cron() {
	install -d -o alice /run/sg/cron
	rm -f /run/sg/cron/out
	echo '* * * * * alice /bin/sh -c "id -un; date >/dev/null; ls /" >/run/sg/cron/out' >/etc/cron.d/sg
	wait_for 150 grep -q alice /run/sg/cron/out && rm /etc/cron.d/sg
}

use_nginx() {
	[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/)" = 200 ] &&
		[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/none)" = 404 ]
}

use_redis_server() {
	[ "$(redis-cli set k v)" = OK ] && [ "$(redis-cli get k)" = v ] && redis-cli bgsave >/dev/null &&
		wait_for 30 sh -c 'redis-cli info persistence | grep >/dev/null rdb_bgsave_in_progress:0' &&
		redis-cli info persistence | grep >/dev/null rdb_last_bgsave_status:ok
}

use_systemd_journald() {
	local word=word$RANDOM$RANDOM
	echo "$word" | systemd-cat -t sgtest && journalctl --sync && journalctl -t sgtest -o cat | grep >/dev/null "$word" &&
		journalctl --rotate && journalctl -t sgtest -o cat | grep >/dev/null "$word"
}

use_systemd_logind() {
	# shellcheck disable=SC2016 # the other side's
	ssh_to alice@127.0.0.1 'loginctl show-session "$XDG_SESSION_ID" -p Name; loginctl list-sessions' | grep >/dev/null Name=alice &&
		loginctl show-user alice -p Linger | grep >/dev/null yes
}

# The machine has no interface but lo: its modules are not on the disk.
use_systemd_networkd() {
	mkdir -p /run/systemd/network
	printf '[Match]\nName=lo\n[Network]\nAddress=10.99.0.1/24\n' >/run/systemd/network/00-lo.network
	networkctl reload && networkctl reconfigure lo && wait_for 60 sh -c 'ip -4 addr show lo | grep >/dev/null 10.99.0.1' || return
	networkctl status lo | cat >/dev/null && rm /run/systemd/network/00-lo.network && networkctl reload &&
		networkctl reconfigure lo && ip addr del 10.99.0.1/24 dev lo
}

use_systemd_udevd() {
	mkdir -p /run/udev/rules.d
	echo 'SUBSYSTEM=="net", KERNEL=="lo", ACTION=="change", RUN+="/bin/touch /run/udev-lo"' >/run/udev/rules.d/99-sg.rules
	rm -f /run/udev-lo
	udevadm control --reload && udevadm trigger -c change -s net && udevadm settle && wait_for 60 test -e /run/udev-lo &&
		rm /run/udev/rules.d/99-sg.rules && udevadm control --reload
}

# A unit of a user's own manager.
use_user() {
	as_alice systemctl --user restart sg-user && wait_for 30 test -d /home/alice/made && rmdir /home/alice/made
}

use_all() {
	local name failed=
	for name in $SERVICES; do
		if ! "use_${name//-/_}"; then
			failed+=" $name"
			systemctl status --no-pager -n 5 "$name" | cat
		fi
	done
	use_user || failed+=" user"
	[ -z "$failed" ] || fail "$1: does not serve:$failed"
}

prepare_services() {
	[ -e key ] || ssh-keygen -q -t ed25519 -N '' -f key
	install -d -o alice -m 700 /home/alice/.ssh
	install -o alice -m 600 key.pub /home/alice/.ssh/authorized_keys
	as_alice mkdir -p .config/systemd/user
	printf '%s\n' '[Service]' Type=oneshot "ExecStart=/bin/sh -c 'mkdir /home/alice/made; ls / >/dev/null; id'" |
		as_alice tee .config/systemd/user/sg-user.service >/dev/null
	as_alice systemctl --user daemon-reload
	wait_for 60 systemctl is-active nginx redis-server ssh cron
}

restart_services() {
	local name
	for name in $SERVICES; do
		systemctl restart "$name" || fail "$1: $name does not start: $(systemctl status --no-pager -n 5 "$name" | cat)"
	done
}

test_services() {
	local name recorded=recorded
	prepare_services
	use_all "before" # what the machine itself can do

	step record
	# shellcheck disable=SC2046,SC2086 # words
	start_recorder $recorded $(printf -- '--unit %s ' $SERVICES)
	start_user_recorder
	restart_services "recorded"
	use_all "recorded"
	step reload
	for name in ssh nginx; do systemctl reload "$name"; done
	use_all "reloaded"
	end_recorder $recorded
	end_user_recorder

	step enforce
	for name in $SERVICES; do
		file=$(recording_of $recorded "$name")
		echo "$name: $(seccomp-gen show "$file" | grep -E '^(Calls|Losses)' | xargs)"
		drop_in "$name.service" "$file"
	done
	drop_in_user
	systemctl daemon-reload
	as_alice systemctl --user daemon-reload
	restart_services "enforced"
	for name in $SERVICES; do is_filtered "$name" || fail "$name has no filter"; done
	use_all "enforced"
	for name in ssh nginx; do systemctl reload "$name"; done
	use_all "enforced and reloaded"
	for name in $SERVICES; do
		echo "note: $name: $(app_calls "$(recording_of $recorded "$name")" | wc -l) calls, logins, jobs and clients work under $(
			grep -c . "/etc/systemd/system/$name.service.d/seccomp-gen.conf") lines of drop-in"
	done

	step "and a call less"
	sed -i -E 's/\b(clone|clone3|vfork|fork)\b//g' /etc/systemd/system/ssh.service.d/seccomp-gen.conf
	systemctl daemon-reload
	systemctl restart ssh || true
	! use_ssh 2>/dev/null || fail "a login works without clone: the drop-in denies nothing"
}

# The user's unit: recorded by root, by a recorder of its own.
start_user_recorder() {
	seccomp-gen record --unit sg-user --user alice -o user.rec 2>user.log &
	user_recorder=$!
	wait_for 120 grep -q 'Ctrl-C' user.log || fail "the user unit's recorder: $(cat user.log)"
}

end_user_recorder() {
	kill -INT "$user_recorder"
	wait "$user_recorder" || fail "record of the user's unit ended with $?: $(cat user.log)"
}

drop_in_user() {
	as_alice mkdir -p .config/systemd/user/sg-user.service.d
	seccomp-gen emit -q -f systemd user.rec | as_alice tee .config/systemd/user/sg-user.service.d/sg.conf >/dev/null
	grep -q SystemCallFilter=. /home/alice/.config/systemd/user/sg-user.service.d/sg.conf || fail "no drop-in for the user's unit"
}
