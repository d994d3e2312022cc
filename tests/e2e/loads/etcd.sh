# packages: etcd-server etcd-client
etcd --data-dir /data/e --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
	--listen-peer-urls http://127.0.0.1:2380 >/data/log 2>&1 &
server=$!
export ETCDCTL_API=3
within 300 etcdctl put up 1
for i in 1 2 3 4 5; do
	etcdctl put "key$i" "value$i" >/dev/null
	[ "$(etcdctl get --print-value-only "key$i")" = "value$i" ]
done
stop "$server"
