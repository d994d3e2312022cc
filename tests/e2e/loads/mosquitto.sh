# packages: mosquitto mosquitto-clients
printf 'listener 1883 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location /data/\nuser root\n' >/data/m.conf
mosquitto -c /data/m.conf &
server=$!
within 300 mosquitto_pub -h 127.0.0.1 -t up -m 1
mosquitto_sub -h 127.0.0.1 -t news -C 5 >/data/got &
sub=$!
sleep 1
for i in 1 2 3 4 5; do mosquitto_pub -h 127.0.0.1 -q 1 -t news -m "line $i"; done
wait "$sub"
[ "$(wc -l </data/got)" = 5 ]
stop "$server"
