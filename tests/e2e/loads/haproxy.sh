# packages: haproxy
cat >/data/h.cfg <<'EOT'
defaults
	mode http
	timeout client 5s
	timeout server 5s
	timeout connect 5s
frontend f
	bind 127.0.0.1:8080
	default_backend b
backend b
	server s 127.0.0.1:8081
frontend g
	bind 127.0.0.1:8081
	http-request return status 200 content-type text/plain string hello
EOT
haproxy -f /data/h.cfg &
up http://127.0.0.1:8080/
ask http://127.0.0.1:8080/ hello
stop $!
