# packages: caddy
export HOME=/data XDG_DATA_HOME=/data XDG_CONFIG_HOME=/data
caddy file-server --root /data/www --listen 127.0.0.1:8080 >/dev/null 2>/data/log &
up http://127.0.0.1:8080/
ask http://127.0.0.1:8080/ hello
stop $!
