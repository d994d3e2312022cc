#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Root writes and reads where a user said, and the user has prepared what is there: links, FIFOs, devices, sockets, other
# people's files. What is refused says so in one line, at once; nothing but the named file is written.
# The programs that are run get their words in single quotes on purpose.
# shellcheck disable=SC2016

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

need_root
need_command setpriv util-linux
REC=$DATA/nginx.json
chmod 711 "$SG_TMP"
mkdir -m 700 "$SG_TMP/u"
chown 65534:65534 "$SG_TMP/u"
U=$SG_TMP/u

as_user() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# emit_to FILE: in the time that a test has, or it waits for what never comes
emit_to() {
	timeout 20 "$SG" emit -q "$REC" --runtime none -o "$1"
}

# refuse_to PATTERN FILE: exit 1, one line, at once
refuse_to() {
	local code=0 start=$SECONDS
	emit_to "$2" >"$SG_TMP/out" 2>"$SG_TMP/err" || code=$?
	[ "$code" = 1 ] || fail "-o $2: exit $code: $(cat "$SG_TMP/err")"
	one_line "$1" "-o $2"
	((SECONDS - start < 5)) || fail "-o $2: refused after $((SECONDS - start)) s"
}

written() {
	cmp -s "$1" "$DATA/nginx.profile.json" || fail "$1 is not the profile"
}

links_of_others_are_not_followed() {
	local loop
	loop=/dev/loop0
	[ -b "$loop" ] || mknod "$SG_TMP/block" b 7 99
	[ -b "$loop" ] || loop=$SG_TMP/block
	as_user ln -s "$loop" "$U/device"
	as_user ln -s "$SG_TMP/victim" "$U/file"
	as_user ln -s /dev/null "$U/null"
	as_user ln -s "$SG_TMP/victims" "$U/dir"
	as_user ln -s /proc/self/fd/1 "$U/fd"
	mkdir "$SG_TMP/victims"
	echo victim >"$SG_TMP/victim"
	for link in device file null fd; do
		refuse_to "cannot write $U/$link: .*symbolic link of uid 65534" "$U/$link"
		[ -L "$U/$link" ] || fail "$link was replaced"
	done
	refuse_to "cannot write $U/dir/p.json: .*'dir' is a symbolic link of uid 65534" "$U/dir/p.json"
	[ -z "$(ls -A "$SG_TMP/victims")" ] || fail "written through a link: $(ls -A "$SG_TMP/victims")"
	[ "$(cat "$SG_TMP/victim")" = victim ] || fail "written through a link"
	# two of them, and one that turns around
	ln -s "$U/dir" "$SG_TMP/own"
	refuse_to "symbolic link of uid 65534" "$SG_TMP/own/p.json"
	ln -s turning "$SG_TMP/turning"
	refuse_to "Too many levels of symbolic links" "$SG_TMP/turning/p.json"
	rm "${U:?}"/* "$SG_TMP/own" "$SG_TMP/turning"
}

links_of_ones_own_are_followed() {
	mkdir "$SG_TMP/there"
	ln -s there "$SG_TMP/here"
	ln -s "$SG_TMP/here/../here" "$SG_TMP/again"
	emit_to "$SG_TMP/again/p.json" || fail "-o through one's own links"
	written "$SG_TMP/there/p.json"
	ln -s /dev/null "$SG_TMP/null"
	emit_to "$SG_TMP/null" || fail "-o to one's own link to /dev/null"
	[ -L "$SG_TMP/null" ] || fail "the link to /dev/null was replaced"
	ln -s /dev/fd/1 "$SG_TMP/stdout"
	emit_to "$SG_TMP/stdout" >"$SG_TMP/p.json" || fail "-o to one's own link to /dev/fd/1"
	written "$SG_TMP/p.json"
	(cd "$SG_TMP" && emit_to /proc/self/cwd/cwd.json) || fail "-o below one's own working directory"
	written "$SG_TMP/cwd.json"
	rm -r "$SG_TMP"/{there,here,again,null,stdout,p.json,cwd.json}
	# sudo: the user's own link is the caller's
	as_user mkdir "$U/real"
	as_user ln -s real "$U/mine"
	SUDO_UID=65534 emit_to "$U/mine/p.json" || fail "-o through the link of the user who calls sudo"
	written "$U/real/p.json"
	SUDO_UID=65533 refuse_to "symbolic link of uid 65534" "$U/mine/p.json"
	rm -r "${U:?}"/*
}

what_is_no_file_is_refused() {
	local tmp_device
	as_user mkfifo "$U/fifo"
	refuse_to "cannot write $U/fifo: is a FIFO of uid 65534" "$U/fifo"
	as_user /usr/bin/python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$U/socket"
	refuse_to "cannot write $U/socket: is a socket" "$U/socket"
	mknod "$SG_TMP/block" b 7 99 2>/dev/null || true
	[ ! -b "$SG_TMP/block" ] || refuse_to "cannot write $SG_TMP/block: is a block device" "$SG_TMP/block"
	for tmp_device in /dev/kmsg /dev/mem /dev/urandom /dev/ptmx /dev/loop-control; do
		[ ! -c "$tmp_device" ] || refuse_to "cannot write $tmp_device: is a device" "$tmp_device"
	done
	emit_to /dev/null || fail "-o /dev/null"
	sleep 60 >"$SG_TMP/others" &
	local other=$!
	at_exit end_process "$other"
	refuse_to "another process has open" "/proc/$other/fd/1"
	refuse_to "another process has open" "/proc/$other/root/$SG_TMP/p.json"
	end_process "$other"
	rm -f "${U:?}"/* "$SG_TMP/block"
}

streams_of_ones_own_are_written() {
	mkfifo "$SG_TMP/fifo"
	(sleep 1 && cat "$SG_TMP/fifo" >"$SG_TMP/through") &
	emit_to "$SG_TMP/fifo" || fail "-o FIFO, whose reader is late"
	await "$!"
	written "$SG_TMP/through"
	local code=0
	timeout 25 "$SG" emit -q "$REC" --runtime none -o "$SG_TMP/fifo" 2>"$SG_TMP/err" || code=$?
	[ "$code" = 1 ] || fail "-o FIFO that nobody reads: exit $code"
	one_line "cannot open $SG_TMP/fifo: Connection timed out" 'a FIFO that nobody reads'
	emit_to >(cat >"$SG_TMP/through.2") || fail "-o >(cat)"
	wait_for 10 cmp -s "$SG_TMP/through.2" "$DATA/nginx.profile.json" || fail "-o >(cat)"
	python3 - "$SG" "$REC" "$DATA/nginx.profile.json" <<'PY' || fail "-o to a socket and to a terminal of one's own"
import os, pty, socket, subprocess, sys
sg, rec, want = sys.argv[1], sys.argv[2], open(sys.argv[3], "rb").read()
args = [sg, "emit", "-q", rec, "--runtime", "none", "-o"]
for path in "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
    ours, theirs = socket.socketpair()
    p = subprocess.Popen(args + [path], stdout=theirs)
    theirs.close()
    got = b"".join(iter(lambda: ours.recv(4096), b""))
    if p.wait(20) or got != want:
        sys.exit(f"socket, -o {path}: {p.returncode}")
ours, theirs = pty.openpty()
p = subprocess.Popen(args + [os.ttyname(theirs)])
got = b""
while got.count(b"\n") < want.count(b"\n"):
    got += os.read(ours, 4096)
if p.wait(20) or got.replace(b"\r\n", b"\n") != want:
    sys.exit("terminal")
PY
}

# O_PATH, for reading, a directory, an eventfd that nobody can mean, and none at all
descriptors_that_cannot_be_written_are_refused() {
	python3 - "$SG" "$REC" "$SG_TMP" <<'PY' || fail "descriptors"
import os, subprocess, sys
sg, rec, tmp = sys.argv[1:]
open(tmp + "/f", "w").close()
for what, fd, want in (("O_PATH", os.open(tmp + "/f", os.O_PATH), "not open for writing"),
                       ("for reading", os.open(tmp + "/f", os.O_RDONLY), "not open for writing"),
                       ("a directory", os.open(tmp, os.O_RDONLY), "Is a directory"),
                       ("an eventfd", os.eventfd(0) if hasattr(os, "eventfd") else -1, "nothing that can be written to"),
                       ("none", 77, "Bad file descriptor")):
    if fd < 0:
        continue
    p = subprocess.run([sg, "emit", "-q", rec, "--runtime", "none", "-o", f"/dev/fd/{fd}"], capture_output=True, text=True,
                       pass_fds=[fd] if fd != 77 else [], timeout=20)
    if p.returncode != 1 or want not in p.stderr or p.stderr.count("\n") != 1:
        sys.exit(f"{what}: exit {p.returncode}: {p.stderr}")
if os.path.getsize(tmp + "/f"):
    sys.exit("written to")
PY
}

others_files_stay() {
	local sticky=$SG_TMP/sticky
	mkdir -m 1777 "$sticky"
	as_user sh -c 'echo mine >"$1"' sh "$sticky/p.json"
	refuse_to "cannot write $sticky/p.json: belongs to uid 65534, in a directory where everybody can write" "$sticky/p.json"
	[ "$(cat "$sticky/p.json")" = mine ] || fail "somebody's file was replaced"
	emit_to "$sticky/q.json" || fail "a new file in a directory for all"
	emit_to "$sticky/q.json" || fail "one's own file in a directory for all"
	# a file of ours under another name in his directory is replaced there, and here not touched
	echo secret >"$SG_TMP/secret"
	ln "$SG_TMP/secret" "$U/p.json"
	emit_to "$U/p.json" || fail "-o over a hard link"
	[ "$(cat "$SG_TMP/secret")" = secret ] || fail "written through a hard link"
	written "$U/p.json"
	[ "$(stat -c %u "$U/p.json")" = 0 ] || fail "root's output is not root's"
	rm -r "${U:?}"/* "$sticky"
}

inputs_of_others_do_not_hang() {
	local code
	as_user mkfifo "$U/fifo"
	as_user ln -s /dev/zero "$U/zero"
	as_user ln -s /dev/tty "$U/tty"
	as_user ln -s "$REC" "$U/link"
	as_user ln -s "$SG_TMP/own-fifo" "$U/to-fifo"
	mkfifo "$SG_TMP/own-fifo"
	for args in "show $U/fifo" "emit $U/fifo" "merge $REC $U/fifo" "check $U/fifo" "convert $U/fifo" "import $U/fifo -o -" \
		"simulate $DATA/nginx.profile.json $U/fifo" "diff docker $U/fifo" "emit $REC --audit $U/fifo"; do
		code=0
		# shellcheck disable=SC2086 # words on purpose
		timeout 20 "$SG" $args >"$SG_TMP/out" 2>"$SG_TMP/err" || code=$?
		[ "$code" = 1 ] || fail "$args: exit $code: $(cat "$SG_TMP/err")"
		one_line "cannot open $U/fifo: is a FIFO of uid 65534" "$args"
	done
	refuse 1 "cannot open $U/zero: somebody else's symbolic link leads to a device" show "$U/zero"
	refuse 1 "cannot open $U/tty: somebody else's symbolic link leads to a device" show "$U/tty"
	refuse 1 "cannot open $U/to-fifo: somebody else's symbolic link leads to a FIFO" show "$U/to-fifo"
	refuse 1 "cannot open /dev/urandom: is a device" show /dev/urandom
	expect 0 show "$U/link"
	expect 0 show <(cat "$REC")
	cat "$REC" >"$SG_TMP/own-fifo" &
	expect 0 show "$SG_TMP/own-fifo"
	await "$!"
	rm "${U:?}"/*
}

# The directories on the way to root's store are root's, too.
a_store_that_others_could_replace_is_refused() {
	mkdir -m 700 "$U/store"
	cp "$REC" "$U/store/20251121T194800.123Z-web-1-0f3a9c1e.json"
	SECCOMP_GEN_DIR=$U/store refuse 1 "store $U/store: the directory 'u' on the way belongs to uid 65534" show
	mkdir -m 777 "$SG_TMP/free"
	chmod 777 "$SG_TMP/free"
	mkdir -m 700 "$SG_TMP/free/store"
	SECCOMP_GEN_DIR=$SG_TMP/free/store refuse 1 "everybody can write to the directory 'free'" show
	as_user ln -s "$SG_TMP" "$U/link"
	SECCOMP_GEN_DIR=$U/link/store refuse 1 "store $U/link/store: .*uid 65534" show
	rm -r "${U:?}"/* "$SG_TMP/free"
}

links_of_others_are_not_followed
links_of_ones_own_are_followed
what_is_no_file_is_refused
streams_of_ones_own_are_written
descriptors_that_cannot_be_written_are_refused
others_files_stay
inputs_of_others_do_not_hang
a_store_that_others_could_replace_is_refused
