# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# A small application on the standard library's HTTP server: files, a child process, threads, SQLite.
W_PACKAGES=(python3 busybox-static)
W_CLIENT=python3
W_PORT=8000
W_STOP=TERM
W_NO_NEW_PRIVS=1
W_ARGV=(/usr/bin/python3 /data/app.py)

workload_data() {
	cat >"$1/app.py" <<'EOT'
import hashlib, http.server, os, signal, sqlite3, subprocess, sys, tempfile, threading

HOME = "/data/files"


def save(body):
    with tempfile.NamedTemporaryFile(dir=HOME, delete=False) as f:
        f.write(body)
        f.flush()
        os.fsync(f.fileno())
    os.replace(f.name, HOME + "/note")
    return b"saved"


def load(_):
    with open(HOME + "/note", "rb") as f:
        return f.read()


def run(_):
    return subprocess.run(["/bin/busybox", "echo", "hello from a child"], stdout=subprocess.PIPE, check=True).stdout


def threads(_):
    out = [0] * 4

    def square(i):
        out[i] = i * i

    ts = [threading.Thread(target=square, args=(i,)) for i in range(4)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    return " ".join(map(str, out)).encode()


def sql(body):
    db = sqlite3.connect(HOME + "/../app.db")
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS t(b BLOB)")
        db.execute("DELETE FROM t")
        db.execute("INSERT INTO t VALUES (?)", (body,))
    (n,) = db.execute("SELECT length(b) FROM t").fetchone()
    db.close()
    return str(n).encode()


PATHS = {
    "/hash": lambda body: hashlib.sha256(body).hexdigest().encode(),
    "/save": save,
    "/load": load,
    "/files": lambda _: "\n".join(sorted(os.listdir(HOME))).encode(),
    "/run": run,
    "/threads": threads,
    "/sql": sql,
    "/random": lambda _: str(len(os.urandom(32))).encode(),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        work = PATHS.get(self.path)
        answer = work(body) if work else b"no such path"
        self.send_response(200 if work else 404)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


os.makedirs(HOME, exist_ok=True)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Handler)
# shutdown() waits for the loop that this very thread runs, so it needs another one
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
EOT
}
