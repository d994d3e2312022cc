# What every load begins with: run by busybox sh, in the container. It ends with "ok" when every step did what it should.
set -eu
PATH=/usr/lib/go-1.19/bin:/usr/lib/postgresql/15/bin:/usr/lib/jvm/java-17-openjdk-amd64/bin:$PATH
# up URL: wait until it answers
up() {
	i=0
	until wget -q -O /dev/null "$1" 2>/dev/null; do
		i=$((i + 1))
		[ "$i" -lt 600 ]
		sleep 0.1
	done
}
# ask URL TEXT: the answer, twenty times
ask() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(wget -q -O - "$1")" = "$2" ]
	done
}
# stop PID [SIGNAL]: it ends when told to
stop() {
	kill "-${2:-TERM}" "$1"
	wait "$1" || [ $? -gt 128 ]
}
mkdir -p /data/www
echo hello >/data/www/index.html
