# packages: dnsmasq
dnsmasq -k -u root --no-resolv --no-hosts --address=/x.test/192.0.2.7 --listen-address=127.0.0.1 --bind-interfaces \
	--pid-file=/tmp/pid --conf-file=/dev/null &
is_named() {
	nslookup x.test 127.0.0.1 | grep -q 192.0.2.7
}
within 300 is_named
for i in 1 2 3 4 5 6 7 8 9 10; do nslookup x.test 127.0.0.1 | grep -q 192.0.2.7; done
stop $!
