# packages: apache2
cat >/data/a.conf <<'EOT'
ServerRoot /data
ServerName x
Listen 127.0.0.1:8080
PidFile /data/pid
ErrorLog /data/error
User www-data
Group www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
DirectoryIndex index.html
DocumentRoot /data/www
EOT
chmod 755 /data /data/www
apache2 -DFOREGROUND -f /data/a.conf &
server=$!
up http://127.0.0.1:8080/
ask http://127.0.0.1:8080/ hello
kill -USR1 "$server"
sleep 1
up http://127.0.0.1:8080/
ask http://127.0.0.1:8080/ hello
stop "$server"
