# packages: postgresql-15
mkdir /data/pg
chmod 755 /data
chown nobody /data/pg
# as nobody: exec, so that what is started in the background is the program and no shell
drop='$) = "65534 65534"; $( = 65534; $< = $> = 65534; exec @ARGV or die'
perl -e "$drop" -- initdb -D /data/pg -U nobody --no-locale >/data/install 2>&1
perl -e "$drop" -- postgres -D /data/pg -k /data/pg -c listen_addresses=127.0.0.1 2>/data/log &
server=$!
sql() {
	psql -q -h /data/pg -U nobody -d postgres -A -t -c "$1"
}
within 600 sql 'select 1'
sql 'create table t (a int primary key, b text)'
sql "insert into t select i, repeat('x', 1000) from generate_series(1, 5000) i"
[ "$(sql 'select count(*) from t')" = 5000 ]
sql 'create index on t (b); delete from t where a % 2 = 0'
sql 'vacuum analyze t'
[ "$(psql -q -h 127.0.0.1 -U nobody -d postgres -A -t -c 'select count(*) from t')" = 2500 ]
stop "$server" INT
