# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# A master and two workers: static files, directory listing, WebDAV writes, a proxy to its own upstream.
W_PACKAGES=(nginx-light)
W_CLIENT=nginx
W_PORT=8080
W_STOP=QUIT
W_NO_NEW_PRIVS=0
W_ARGV=(/usr/sbin/nginx -p /data -c /data/nginx.conf -e /data/error.log)

workload_data() {
	mkdir -p "$1/www/list" "$1/www/dav"
	chmod 755 "$1" "$1/www"
	chown 33:33 "$1/www/dav"
	echo hello >"$1/www/index.html"
	echo a >"$1/www/list/a.txt"
	printf '0123456789abcdef%.0s' {1..65536} >"$1/www/big.bin"
	cat >"$1/nginx.conf" <<'EOT'
daemon off;
pid /tmp/nginx.pid;
user www-data;
worker_processes 2;
error_log /data/error.log warn;
events { worker_connections 64; }
http {
	access_log /data/access.log;
	types { text/html html; text/plain txt; }
	sendfile on;
	tcp_nopush on;
	client_body_temp_path /tmp/body;
	proxy_temp_path /tmp/proxy;
	fastcgi_temp_path /tmp/fastcgi;
	uwsgi_temp_path /tmp/uwsgi;
	scgi_temp_path /tmp/scgi;
	server {
		listen 127.0.0.1:8080;
		root /data/www;
		location /list/ { autoindex on; }
		location /dav/ { dav_methods PUT DELETE; client_max_body_size 1m; }
		location /proxy/ { proxy_pass http://127.0.0.1:8081/; }
	}
	server {
		listen 127.0.0.1:8081;
		location / { return 200 "from the upstream\n"; }
	}
}
EOT
}
