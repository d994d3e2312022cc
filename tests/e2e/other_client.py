#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Another client for each workload of client.py: other requests, other sizes, more at a time.

Called like client.py. What it asks for takes the same system calls as what client.py asks for, so that a profile of
names lets it through, but not in the same way: a profile that knows arguments has to have understood them.
"""
import http.client
import socket
import struct
import threading

import client
from client import Lines, Pipe, Redis, get, read_to_end, want


def at_once(n, work):
    """@work(i) in @n threads; the first exception of any is raised."""
    errors = []

    def run(i):
        try:
            work(i)
        except Exception as e:  # pylint: disable=broad-except
            errors.append(e)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]


def reset(port, data):
    """A client that goes away in the midst of its request."""
    with socket.create_connection(("127.0.0.1", port), client.TIMEOUT) as s:
        s.sendall(data)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def nginx(args):
    def visit(i):
        conn = http.client.HTTPConnection("127.0.0.1", args.port, timeout=client.TIMEOUT)
        for k in range(5):
            status, body = get(conn, "/big.bin", {"Range": f"bytes={k * 1000}-{k * 1000 + 70000}"})
            want("range", (status, len(body)), (206, 70001))
            want("two ranges", get(conn, "/big.bin", {"Range": "bytes=0-9,100-109"})[0], 206)
            want("bad range", get(conn, "/big.bin", {"Range": "bytes=9999999-"})[0], 416)
            want("not modified", get(conn, "/", {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})[0] in (200, 304), True)
            want("POST on a file", get(conn, "/", method="POST", body=b"x" * 30000)[0], 405)
            put = get(conn, f"/dav/n{i}", method="PUT", body=b"y" * (1 + i * 37000))
            want("PUT", put if put[0] not in (201, 204) else None, None)
            want("GET dav", len(get(conn, f"/dav/n{i}")[1]), 1 + i * 37000)
            want("DELETE", get(conn, f"/dav/n{i}", method="DELETE")[0], 204)
            want("DELETE again", get(conn, f"/dav/n{i}", method="DELETE")[0], 404)
            want("proxy", get(conn, "/proxy/deep/path?q=1")[0], 200)
            want("list", get(conn, "/list/")[0], 200)
        conn.close()

    for _ in range(args.rounds):
        at_once(12, visit)
        reset(args.port, b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        with socket.create_connection(("127.0.0.1", args.port), client.TIMEOUT) as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            want("pipelined", read_to_end(s).count(b"hello\n"), 2)


def redis(args):
    def session(i):
        r = Redis(args.port)
        for k in range(50):
            want("HSET", r.call("HSET", f"h{i}", f"f{k}", k) in (0, 1), True)
            r.call("ZADD", f"z{i}", k, f"m{k}")
        want("ZRANGE", len(r.call("ZRANGE", f"z{i}", 0, -1)), 50)
        want("HLEN", r.call("HLEN", f"h{i}"), 50)
        want("MULTI", r.call("MULTI"), b"OK")
        r.call("INCRBY", f"c{i}", 5)
        r.call("DECR", f"c{i}")
        want("EXEC", len(r.call("EXEC")), 2)
        r.call("LPUSH", f"q{i}", "a")
        want("BLPOP", r.call("BLPOP", f"q{i}", 1)[1], b"a")

    for n in range(args.rounds):
        r = Redis(args.port)
        want("FLUSHDB", r.call("FLUSHDB"), b"OK")
        at_once(20, session)
        for i in range(500):  # without waiting for answers
            r.sock.sendall(b"*3\r\n$3\r\nSET\r\n$%d\r\np%d\r\n$3\r\nabc\r\n" % (len(str(i)) + 1, i))
        for _ in range(500):
            want("pipeline", r.reply(), b"OK")
        cursor, keys = r.call("SCAN", 0, "COUNT", 1000)
        want("SCAN", (cursor, len(keys) > 500), (b"0", True))
        want("big", r.call("SET", "big", b"q" * 9_000_000), b"OK")
        want("STRLEN", r.call("STRLEN", "big"), 9_000_000)
        want("APPEND", r.call("APPEND", "big", b"r" * 100), 9_000_100)
        want("EVAL", r.call("EVAL", "local s = 0; for i = 1, 100000 do s = s + i end; return s", 0), 5000050000)
        want("CONFIG GET", r.call("CONFIG", "GET", "maxmemory")[0], b"maxmemory")
        want("CLIENT LIST", b"addr=" in r.call("CLIENT", "LIST"), True)
        want("BGSAVE", r.call("BGSAVE").startswith(b"Background saving"), True)
        r.wait_info("rdb_bgsave_in_progress", b"0")
        sub = Redis(args.port)
        sub.call("SUBSCRIBE", "ch")
        want("PUBLISH", r.call("PUBLISH", "ch", f"hi {n}"), 1)
        want("message", sub.reply()[2], b"hi %d" % n)
        reset(args.port, b"*2\r\n$3\r\nGET\r\n$1")


def memcached(args):
    def session(i):
        c = Lines(args.port)
        for k in range(30):
            value = b"v" * (1 + k * 997)
            want("set", c.call(b"set m%d-%d %d 100 %d\r\n%s\r\n" % (i, k, k, len(value), value)), b"STORED\r\n")
            want("touch", c.call(b"touch m%d-%d 50\r\n" % (i, k)), b"TOUCHED\r\n")
        want("add", c.call(b"add m%d-0 0 0 1\r\nx\r\n" % i), b"NOT_STORED\r\n")
        want("replace", c.call(b"replace m%d-0 0 0 1\r\nx\r\n" % i), b"STORED\r\n")
        want("prepend", c.call(b"prepend m%d-0 0 0 1\r\ny\r\n" % i), b"STORED\r\n")
        first = c.call(b"gets m%d-0\r\n" % i, 3)
        want("gets", first.startswith(b"VALUE m%d-0 0 2 " % i), True)
        cas = first.split()[4]
        want("cas", c.call(b"cas m%d-0 0 0 1 %s\r\nz\r\n" % (i, cas)), b"STORED\r\n")
        want("cas again", c.call(b"cas m%d-0 0 0 1 %s\r\nz\r\n" % (i, cas)), b"EXISTS\r\n")
        want("nonsense", c.call(b"frobnicate\r\n"), b"ERROR\r\n")

    for _ in range(args.rounds):
        at_once(16, session)
        c = Lines(args.port)
        for what in (b"stats settings\r\n", b"stats items\r\n", b"stats slabs\r\n"):
            c.sock.sendall(what)
            while c.file.readline() != b"END\r\n":
                pass
        reset(args.port, b"set half 0 0 1000\r\nabc")


def python3(args):
    def visit(i):
        conn = http.client.HTTPConnection("127.0.0.1", args.port, timeout=2 * client.TIMEOUT)
        for k in range(6):
            body = b"z" * (1 + 20011 * k)
            want("/hash", get(conn, "/hash", method="POST", body=body)[0], 200)
            want("/threads", get(conn, "/threads", method="POST", body=b""), (200, b"0 1 4 9"))
            want("/random", get(conn, "/random", method="POST", body=b""), (200, b"32"))
            if i == 0:
                want("/save", get(conn, "/save", method="POST", body=body), (200, b"saved"))
                want("/load", get(conn, "/load", method="POST", body=b""), (200, body))
                want("/run", get(conn, "/run", method="POST", body=b""), (200, b"hello from a child\n"))
                want("/sql", get(conn, "/sql", method="POST", body=body), (200, b"%d" % len(body)))
        conn.close()

    for _ in range(args.rounds):
        at_once(4, visit)
        reset(args.port, b"POST /hash HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc")


def sqlite3(args):
    pipe = Pipe(args)
    for n in range(args.rounds):
        for sql, answer in (
            ("CREATE TABLE IF NOT EXISTS w(k TEXT PRIMARY KEY, v REAL) WITHOUT ROWID;", ""),
            ("INSERT OR REPLACE INTO w WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 5000)"
             " SELECT printf('%06d', x), x / 3.0 FROM c; SELECT count(*) FROM w;", "5000\n"),
            ("SELECT round(avg(v), 1), max(k) FROM w;", "833.5|005000\n"),
            ("CREATE TABLE o AS SELECT k, v, hex(zeroblob(200)) AS pad FROM w;"
             "SELECT count(DISTINCT length(pad)) FROM o;", "1\n"),
            ("DELETE FROM o WHERE CAST(k AS INTEGER) % 2; SELECT count(*) FROM o;", "2500\n"),
            ("SAVEPOINT s; UPDATE o SET v = 0; ROLLBACK TO s; RELEASE s; SELECT sum(v) > 0 FROM o;", "1\n"),
            ("CREATE VIEW vv AS SELECT k FROM w LIMIT 3; SELECT group_concat(k) FROM vv;", "000001,000002,000003\n"),
            ("PRAGMA journal_mode=WAL; UPDATE w SET v = v + 1; PRAGMA wal_checkpoint; PRAGMA journal_mode=DELETE;",
             None),
            ("DROP VIEW vv; DROP TABLE o; DELETE FROM w; VACUUM; PRAGMA quick_check;", "ok\n"),
        ):
            pipe.send(f"{sql}\nSELECT 'mark-{n}';\n")
            got = pipe.until(f"mark-{n}")
            if answer is not None:
                want(sql, got, answer)
    return lambda: pipe.send(".exit\n")


def busybox(args):
    pipe = Pipe(args)
    for n in range(args.rounds):
        for command, answer in (
            ("i=0; while [ $i -lt 200 ]; do i=$((i + 1)); done; echo $i", "200\n"),
            ("mkdir -p /data/a/b/c; for f in x y z; do echo $f > /data/a/b/c/$f; done; cat /data/a/b/c/*", "x\ny\nz\n"),
            ("find /data/a -name y | sed 's/data/DATA/' | tr -d /", "DATAabcy\n"),
            ("sort -r /data/a/b/c/x /data/a/b/c/z | wc -l", "2\n"),
            ("(echo 1; echo 2) | while read -r v; do echo $((v * 10)); done | sort", "10\n20\n"),
            ("x=$(cat /data/a/b/c/x /data/a/b/c/y | tr a-z A-Z); echo $x", "X Y\n"),
            ("mv /data/a/b/c/z /data/a/z; ln -s ../z /data/a/b/l; readlink /data/a/b/l; stat -c %s /data/a/z", "../z\n2\n"),
            ("chmod 755 /data/a/z; stat -c %a /data/a/z", "755\n"),
            ("for s in 1 2 3; do sleep 0.05 & done; wait; echo all", "all\n"),
            ("trap 'echo caught' TERM; kill -TERM $$; kill -TERM $$; trap - TERM", "caught\ncaught\n"),
            ("rm -r /data/a; ls /data | wc -l", "0\n"),
        ):
            pipe.send(f"{command}\necho mark-{n}\n")
            want(command, pipe.until(f"mark-{n}"), answer)
    return lambda: pipe.send("exit 0\n")


client.CLIENTS.update((c.__name__, c) for c in (nginx, redis, memcached, python3, sqlite3, busybox))

if __name__ == "__main__":
    raise SystemExit(client.main())
