#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A client for each workload: sends real requests and checks every answer.

client.py WORKLOAD [--rounds N] [--timeout SECONDS] (--port N | --stdin FIFO --stdout FIFO --pid PID)
client.py wait --port N           true once something listens there; makes no connection

Run it in the workload's network namespace. Prints "T0 T1", when its first request left and its last answer
came (seconds since the epoch), which tells what of a trace the requests caused. Any wrong or late answer is an error.
"""
import argparse
import hashlib
import http.client
import os
import select
import socket
import sys
import time

TIMEOUT = 10.0  # seconds for one answer


class WrongAnswer(Exception):
    pass


def want(what, got, expected):
    if got != expected:
        raise WrongAnswer(f"{what}: got {got!r:.200}, want {expected!r:.200}")


# nginx, and what its configuration in workload/nginx.sh serves


def get(conn, path, headers=None, method="GET", body=None):
    conn.request(method, path, body=body, headers=headers or {})
    r = conn.getresponse()
    return r.status, r.read()


def nginx(args):
    big = hashlib.sha256(b"0123456789abcdef" * 65536).hexdigest()
    for _ in range(args.rounds):
        conn = http.client.HTTPConnection("127.0.0.1", args.port, timeout=TIMEOUT)
        want("GET /", get(conn, "/"), (200, b"hello\n"))
        status, body = get(conn, "/big.bin")  # on the same connection: keep-alive
        want("GET /big.bin", (status, hashlib.sha256(body).hexdigest()), (200, big))
        want("HEAD /", get(conn, "/", method="HEAD"), (200, b""))
        want("range", get(conn, "/big.bin", {"Range": "bytes=16-31"}), (206, b"0123456789abcdef"))
        want("404", get(conn, "/none")[0], 404)
        want("autoindex", b"a.txt" in get(conn, "/list/")[1], True)
        want("proxy", get(conn, "/proxy/"), (200, b"from the upstream\n"))
        want("PUT", get(conn, "/dav/f", method="PUT", body=b"x" * 100000)[0] in (201, 204), True)
        want("GET /dav/f", get(conn, "/dav/f"), (200, b"x" * 100000))
        want("DELETE", get(conn, "/dav/f", method="DELETE")[0], 204)
        conn.close()
        # head and body at once: nginx then has two buffers to write (pwritev), as any PUT can that comes to a busy server
        with socket.create_connection(("127.0.0.1", args.port), TIMEOUT) as s:
            s.sendall(b"PUT /dav/g HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n" + b"y" * 60000)
            want("PUT at once", read_to_end(s).split()[1] in (b"201", b"204"), True)
        # and one that ends when the server closes
        with socket.create_connection(("127.0.0.1", args.port), TIMEOUT) as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            want("HTTP/1.0", read_to_end(s).endswith(b"\r\n\r\nhello\n"), True)


def read_to_end(s):
    data = b""
    while chunk := s.recv(65536):
        data += chunk
    return data


# redis


class Redis:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.file = self.sock.makefile("rb")

    def call(self, *words):
        words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        self.sock.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise WrongAnswer("redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise WrongAnswer(f"redis: {rest.decode()}")
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest

    def info(self, section, key):
        for line in self.call("INFO", section).splitlines():
            if line.startswith(key.encode() + b":"):
                return line.split(b":", 1)[1]
        raise WrongAnswer(f"INFO {section} has no {key}")

    def wait_info(self, key, value):
        end = time.time() + 3 * TIMEOUT
        while self.info("persistence", key) != value:
            if time.time() > end:
                raise WrongAnswer(f"{key} is not {value!r} in time")
            time.sleep(0.05)


def redis(args):
    for n in range(args.rounds):
        r = Redis(args.port)
        want("PING", r.call("PING"), b"PONG")
        want("FLUSHALL", r.call("FLUSHALL"), b"OK")
        want("SET", r.call("SET", "k", "v"), b"OK")
        want("GET", r.call("GET", "k"), b"v")
        want("INCR", [r.call("INCR", "n") for _ in range(3)], [1, 2, 3])
        want("SET big", r.call("SET", "big", b"z" * 3_000_000), b"OK")
        want("GET big", len(r.call("GET", "big")), 3_000_000)
        want("RPUSH", r.call("RPUSH", "l", "a", "b", "c"), 3)
        want("LRANGE", r.call("LRANGE", "l", 0, -1), [b"a", b"b", b"c"])
        want("EXPIRE", r.call("EXPIRE", "k", 100), 1)
        want("EVAL", r.call("EVAL", "return redis.call('GET', KEYS[1])", 1, "k"), b"v")
        want("SAVE", r.call("SAVE"), b"OK")
        want("BGSAVE", r.call("BGSAVE"), b"Background saving started")
        r.wait_info("rdb_bgsave_in_progress", b"0")
        want("BGSAVE result", r.info("persistence", "rdb_last_bgsave_status"), b"ok")
        want("BGREWRITEAOF", r.call("BGREWRITEAOF").startswith(b"Background append only"), True)
        r.wait_info("aof_rewrite_in_progress", b"0")
        want("BGREWRITEAOF result", r.info("persistence", "aof_last_bgrewrite_status"), b"ok")
        want("CONFIG SET", r.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"), b"OK")
        want("UNLINK", r.call("UNLINK", "big"), 1)
        want("DBSIZE", r.call("DBSIZE"), 3)
        del r, n


# memcached


class Lines:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.file = self.sock.makefile("rb")

    def call(self, data, lines=1):
        self.sock.sendall(data)
        return b"".join(self.file.readline() for _ in range(lines))


def memcached(args):
    for _ in range(args.rounds):
        # one connection more than it has threads, so that each thread gets to serve
        conns = [Lines(args.port) for _ in range(5)]
        for i, c in enumerate(conns):
            key = b"k%d" % i
            want("set", c.call(b"set %s 0 0 5\r\nhello\r\n" % key), b"STORED\r\n")
            want("get", c.call(b"get %s\r\n" % key, 3), b"VALUE %s 0 5\r\nhello\r\nEND\r\n" % key)
            want("append", c.call(b"append %s 0 0 1\r\n!\r\n" % key), b"STORED\r\n")
            want("set n", c.call(b"set n%d 0 0 1\r\n1\r\n" % i), b"STORED\r\n")
            want("incr", c.call(b"incr n%d 41\r\n" % i), b"42\r\n")
            big = b"y" * 900_000
            want("set big", c.call(b"set big 0 0 %d\r\n%s\r\n" % (len(big), big)), b"STORED\r\n")
            want("get big", c.call(b"get big\r\n", 3), b"VALUE big 0 %d\r\n%s\r\nEND\r\n" % (len(big), big))
            want("delete", c.call(b"delete %s\r\n" % key), b"DELETED\r\n")
            want("version", c.call(b"version\r\n").startswith(b"VERSION "), True)
        conns[0].sock.sendall(b"stats\r\n")
        while (line := conns[0].file.readline()) != b"END\r\n":
            want("stats", line.startswith(b"STAT "), True)
        want("flush_all", conns[0].call(b"flush_all\r\n"), b"OK\r\n")
        for c in conns:  # the server closes
            c.sock.sendall(b"quit\r\n")
            want("quit", c.file.read(), b"")


# python3, the application of workload/python3.sh


def python3(args):
    for n in range(args.rounds):
        conn = http.client.HTTPConnection("127.0.0.1", args.port, timeout=TIMEOUT)
        text = b"round %d\n" % n
        for path, body, answer in (
            ("/hash", text, hashlib.sha256(text).hexdigest().encode()),
            ("/save", text, b"saved"),
            ("/load", b"", text),
            ("/files", b"", b"note"),
            ("/run", b"", b"hello from a child\n"),
            ("/threads", b"", b"0 1 4 9"),
            ("/sql", text, b"%d" % len(text)),
            ("/random", b"", b"32"),
        ):
            want(path, get(conn, path, method="POST", body=body), (200, answer))
        want("/none", get(conn, "/none", method="POST", body=b"")[0], 404)
        conn.close()


# the two that talk over stdin and stdout


class Pipe:
    def __init__(self, args):
        # Read and write, so that neither end waits for the other to open. So there is no end of file either:
        # whether anybody is there to answer is seen by the pid.
        self.stdin = os.open(args.stdin, os.O_RDWR)
        self.stdout = os.open(args.stdout, os.O_RDWR)
        self.pid = args.pid
        self.rest = b""

    def alive(self):
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as f:
                return f.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def send(self, text):
        os.write(self.stdin, text.encode())

    def until(self, mark):
        mark = mark.encode() + b"\n"
        end = time.time() + TIMEOUT
        while mark not in self.rest:
            alive = self.alive()
            if select.select([self.stdout], [], [], 0.05)[0]:
                self.rest += os.read(self.stdout, 65536)
            elif not alive or time.time() > end:
                why = f"no answer in {TIMEOUT} s" if alive else "it ended"
                raise WrongAnswer(f"{why}; so far {self.rest!r:.200}")
        answer, self.rest = self.rest.split(mark, 1)
        return answer.decode()


def sqlite3(args):
    pipe = Pipe(args)
    for n in range(args.rounds):
        for sql, answer in (
            ("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);", ""),
            ("BEGIN; INSERT INTO t(b) VALUES ('x'),('y'),('z'); COMMIT;", ""),
            ("SELECT count(*), group_concat(b) FROM t;", "3|x,y,z\n"),
            ("UPDATE t SET b = b || b WHERE a > 1; SELECT b FROM t ORDER BY a;", "x\nyy\nzz\n"),
            ("BEGIN; DELETE FROM t; ROLLBACK; SELECT count(*) FROM t;", "3\n"),
            ("CREATE INDEX i ON t(b); SELECT a FROM t WHERE b = 'yy';", "2\n"),
            ("INSERT INTO t(b) WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 20000)"
             " SELECT hex(randomblob(40)) FROM c; SELECT count(*) FROM t;", "20003\n"),
            ("SELECT count(*) FROM (SELECT b FROM t ORDER BY b DESC);", "20003\n"),
            (".backup /data/copy.db\nATTACH '/data/copy.db' AS c; SELECT count(*) FROM c.t; DETACH c;", "20003\n"),
            ("PRAGMA journal_mode=WAL; INSERT INTO t(b) VALUES ('wal'); PRAGMA journal_mode=DELETE;", "wal\ndelete\n"),
            ("DROP TABLE t; VACUUM; PRAGMA integrity_check;", "ok\n"),
        ):
            pipe.send(f"{sql}\nSELECT 'mark-{n}';\n")
            want(sql, pipe.until(f"mark-{n}"), answer)
    return lambda: pipe.send(".exit\n")


def busybox(args):
    pipe = Pipe(args)
    for n in range(args.rounds):
        for command, answer in (
            ("echo hello", "hello\n"),
            ("echo $((6 * 7))", "42\n"),
            ("cd /data; mkdir d; echo one > d/f; echo two >> d/f; cat d/f; cd /", "one\ntwo\n"),
            ("ls /data/d; mv /data/d/f /data/d/g; [ -e /data/d/g ] && echo there", "f\nthere\n"),
            ("printf 'c\\na\\nb\\n' | sort | tr a-z A-Z", "A\nB\nC\n"),
            ("while read -r l; do echo \"<$l>\"; done < /data/d/g", "<one>\n<two>\n"),
            ("x=$(echo sub | sed s/b/B/); echo $x", "suB\n"),
            ("sleep 0.3 & wait $!; echo waited $?", "waited 0\n"),
            ("trap 'echo got TERM' TERM; kill -TERM $$; trap - TERM", "got TERM\n"),
            ("chmod 600 /data/d/g; stat -c %a /data/d/g; ln -s g /data/d/s; readlink /data/d/s", "600\ng\n"),
            ("find /data/d -name g | wc -l; rm -r /data/d; ls /data", "1\n"),
        ):
            sent = time.time()
            pipe.send(f"{command}\necho mark-{n}\n")
            want(command, pipe.until(f"mark-{n}"), answer)
            if command.startswith("sleep"):
                want("sleep took its time", time.time() - sent > 0.3, True)
    return lambda: pipe.send("exit 0\n")


def listens(port):
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(name, encoding="ascii") as f:
            for line in f:
                word = line.split()
                if word[3] == "0A" and int(word[1].rsplit(":", 1)[1], 16) == port:
                    return True
    return False


CLIENTS = {c.__name__: c for c in (nginx, redis, memcached, python3, sqlite3, busybox)}


def main():
    global TIMEOUT
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("workload", choices=sorted(CLIENTS) + ["wait"])
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--port", type=int)
    p.add_argument("--stdin")
    p.add_argument("--stdout")
    p.add_argument("--pid", type=int)
    p.add_argument("--timeout", type=float, default=TIMEOUT)
    args = p.parse_args()
    TIMEOUT = args.timeout
    if args.workload == "wait":
        return 0 if listens(args.port) else 1
    start = time.time()
    try:
        finish = CLIENTS[args.workload](args)
    except (OSError, http.client.HTTPException, ValueError, WrongAnswer) as e:
        print(f"client: {args.workload}: {type(e).__name__}: {e}", file=sys.stderr)
        return 1
    print(f"{start:.6f} {time.time():.6f}")
    if finish:
        finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
