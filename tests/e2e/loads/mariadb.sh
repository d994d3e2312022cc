# packages: mariadb-server
mkdir -p /data/m /run/mysqld
mariadb-install-db --no-defaults --user=root --datadir=/data/m --auth-root-authentication-method=normal >/data/install 2>&1
mariadbd --no-defaults --user=root --datadir=/data/m --socket=/run/mysqld/s --bind-address=127.0.0.1 2>/data/log &
server=$!
sql() {
	mariadb --no-defaults --socket=/run/mysqld/s -N -e "$1"
}
within 600 sql 'select 1'
sql 'create database d; create table d.t (a int primary key, b text) engine=innodb'
for i in 1 2 3 4 5 6 7 8 9 10; do sql "insert into d.t select $i, repeat('x', 10000)"; done
[ "$(sql 'select count(*) from d.t')" = 10 ]
sql 'alter table d.t add index (b(10)); delete from d.t where a < 5; optimize table d.t' >/dev/null
[ "$(sql 'select count(*) from d.t')" = 6 ]
stop "$server"
