# What every load begins with: run by busybox sh, in the container. It ends with "ok" when every step did what it should.
set -eu
PATH=/usr/lib/go-1.19/bin:/usr/lib/postgresql/15/bin:/usr/lib/jvm/java-17-openjdk-amd64/bin:$PATH
# within TENTHS COMMAND…: again and again, until it succeeds, for so many tenths of a second
within() {
	tries=$1
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ]
		sleep 0.1
	done
}
# up URL: wait until it answers
up() {
	within 600 wget -q -O /dev/null "$1"
}
# ask URL TEXT: the answer, twenty times
ask() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(wget -q -O - "$1")" = "$2" ]
	done
}
# stop PID [SIGNAL]: it ends when asked to
stop() {
	kill "-${2:-TERM}" "$1"
	wait "$1" || [ $? -gt 128 ]
}
mkdir -p /data/www
echo hello >/data/www/index.html
