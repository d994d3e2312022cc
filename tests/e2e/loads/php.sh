# packages: php-cli
cat >/data/www/index.php <<'EOT'
<?php $a = range(1, 20000); shuffle($a); sort($a); file_put_contents("/data/out", json_encode($a)); session_id("x");
echo md5(file_get_contents("/data/out")) === md5(json_encode(range(1, 20000))) ? "hello" : "no";
EOT
php8.2 -S 127.0.0.1:8080 -t /data/www >/dev/null 2>&1 &
up http://127.0.0.1:8080/index.php
ask http://127.0.0.1:8080/index.php hello
stop $!
