# packages: lighttpd
cat >/data/l.conf <<'EOT'
server.document-root = "/data/www"
server.port = 8080
server.bind = "127.0.0.1"
index-file.names = ( "index.html" )
EOT
lighttpd -D -f /data/l.conf &
up http://127.0.0.1:8080/
ask http://127.0.0.1:8080/ hello
# asked to end it says 0, or now and then 1, without a profile as well
kill $!
wait $! || [ $? = 1 ]
