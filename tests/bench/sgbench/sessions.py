# SPDX-License-Identifier: Apache-2.0
"""
Programs that are not among those whose recordings the estimates were made with, and random sessions of them: each step is
taken with a probability of its own, so that some are in every second session and some in one of fifty.
"""
import os
import random

# Probabilities, dealt out to the steps in turn: as of features that people use.
LADDER = (0.9, 0.5, 0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.03, 0.02)

PERL = """
print scalar localtime, "\\n"
open(F, ">f$$"); print F "x" x 9000; close F
mkdir "d$$"; rmdir "d$$"
open(F, ">a$$"); close F; rename "a$$", "b$$"; unlink "b$$"
my $p = fork; if (!$p) { exit 3 } waitpid $p, 0
select undef, undef, undef, 0.001
opendir D, "/etc"; my @x = readdir D; closedir D
chmod 0600, "f$$"
utime 1, 1, "f$$"
symlink "x", "s$$"; readlink "s$$"; unlink "s$$"
open(F, "+<", "/etc/passwd"); flock F, 1; close F
pipe R, W; syswrite W, "x"; sysread R, my $b, 1
umask 022
truncate "f$$", 3
link "f$$", "l$$"; unlink "l$$"
system "true"
use Socket; socketpair A, B, AF_UNIX, SOCK_STREAM, 0; shutdown A, 1
use Socket; socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(0, INADDR_LOOPBACK); listen S, 1; getsockname S
use Socket; socket S, PF_INET, SOCK_STREAM, 0; connect S, sockaddr_in(1, INADDR_LOOPBACK)
use Socket; socket S, PF_INET, SOCK_DGRAM, 0; setsockopt S, SOL_SOCKET, SO_REUSEADDR, 1; send S, "x", 0, sockaddr_in(9, INADDR_LOOPBACK)
getpriority 0, 0
setpriority 0, 0, 1
alarm 100; alarm 0
times
chdir "/"; chdir "/tmp"
chown 0, 0, "f$$"
use Fcntl; open(F, ">f$$"); fcntl F, F_GETFL, 0; close F
getpgrp; getppid
local $SIG{USR1} = sub {}; kill "USR1", $$
sysopen F, "n$$", 0x41 | 0x80; unlink "n$$"
kill 0, 1
my $x = "y" x 30_000_000; undef $x
chroot "/nonexistent"
my @s = stat "/"; lstat "/etc"
setpgrp 0, 0
mkfifo() if 0; use POSIX; POSIX::mkfifo("q$$", 0600); unlink "q$$"
use POSIX; POSIX::uname(); POSIX::nice(0)
use POSIX; POSIX::ttyname(0); POSIX::ctermid()
use POSIX; my $s = POSIX::SigSet->new(10); POSIX::sigprocmask(0, $s)
exec "true"
"""

PYTHON = """
print(sum(range(1000)))
open(f"f{P}", "w").write("x" * 9000)
os.mkdir(f"d{P}"); os.rmdir(f"d{P}")
import json; json.loads("[1]")
import subprocess; subprocess.run(["true"])
import threading; t = threading.Thread(target=time.sleep, args=(0.001,)); t.start(); t.join()
import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); s.close()
import socket; a, b = socket.socketpair(); a.sendall(b"x"); b.recv(1)
os.rename(__file__, __file__) if os.path.exists("nothing") else None
list(os.scandir("/etc"))
import tempfile; tempfile.TemporaryFile().write(b"x")
import mmap; mmap.mmap(-1, 100000).close()
import select; p = select.epoll(); p.poll(0); p.close()
import select; select.select([], [], [], 0.001)
os.getrandom(8) if hasattr(os, "getrandom") else None
import shutil; shutil.disk_usage("/")
os.sched_getaffinity(0)
os.sched_setaffinity(0, os.sched_getaffinity(0))
import resource; resource.getrlimit(resource.RLIMIT_NOFILE)
import signal; signal.setitimer(signal.ITIMER_REAL, 5); signal.setitimer(signal.ITIMER_REAL, 0)
import signal; signal.signal(signal.SIGUSR1, lambda *a: None); os.kill(os.getpid(), signal.SIGUSR1)
os.sync() if False else os.fsync(os.open(f"f{P}", os.O_CREAT | os.O_RDWR))
os.memfd_create("x")
os.eventfd(0)
import fcntl; fcntl.flock(os.open("/etc/passwd", os.O_RDONLY), fcntl.LOCK_SH)
os.pipe2(os.O_CLOEXEC)
os.symlink("x", f"s{P}"); os.readlink(f"s{P}"); os.unlink(f"s{P}")
os.utime("/tmp")
os.copy_file_range(os.open("/etc/passwd", 0), os.open(f"c{P}", os.O_CREAT | os.O_RDWR), 100)
os.sendfile(os.open(f"g{P}", os.O_CREAT | os.O_RDWR), os.open("/etc/passwd", 0), 0, 10)
os.getxattr("/etc/passwd", "user.x") if os.path.exists("nothing") else os.listxattr("/etc")
os.posix_fadvise(os.open("/etc/passwd", 0), 0, 0, os.POSIX_FADV_WILLNEED)
import asyncio; asyncio.run(asyncio.sleep(0.001))
import multiprocessing; p = multiprocessing.Process(target=print); p.start(); p.join()
import sqlite3; sqlite3.connect(f"q{P}").execute("create table if not exists t(a)")
import getpass; getpass.getuser()
import urllib.request
import ctypes; ctypes.CDLL(None).getppid()
os.nice(0)
os.setpriority(os.PRIO_PROCESS, 0, 1)
os.truncate(f"t{P}", 10) if os.path.exists(f"t{P}") else os.mkfifo(f"t{P}")
"""

NODE = """
console.log(1)
fs.writeFileSync("f" + process.pid, "x")
fs.readdirSync("/etc")
fs.readFile("/etc/passwd", () => {})
setTimeout(() => {}, 2)
require("crypto").randomBytes(16)
require("child_process").execSync("true")
require("net").createServer().listen(0, "127.0.0.1", function () { this.close() })
require("os").cpus(); require("os").networkInterfaces()
fs.mkdirSync("d" + process.pid, {recursive: true}); fs.rmdirSync("d" + process.pid)
fs.symlinkSync("x", "s" + process.pid); fs.unlinkSync("s" + process.pid)
fs.watch("/tmp").close()
require("dgram").createSocket("udp4").bind(0, "127.0.0.1", function () { this.close() })
new (require("worker_threads").Worker)("1", {eval: true})
require("zlib").gzip("x".repeat(100000), () => {})
require("dns").lookup("localhost", () => {})
fs.copyFileSync("/etc/passwd", "c" + process.pid)
fs.fsyncSync(fs.openSync("y" + process.pid, "w"))
fs.utimesSync("/tmp", 1, 1)
process.kill(process.pid, 0)
process.setuid && process.getuid()
os = require("os"); os.setPriority(0, 1)
fs.truncateSync("f0", 1) 
require("crypto").pbkdf2("a", "b", 1000, 20, "sha1", () => {})
process.umask(18)
fs.statfsSync && fs.statfsSync("/")
fs.accessSync("/etc/passwd")
fs.renameSync("c" + process.pid, "r" + process.pid)
Buffer.alloc(80000000).fill(1)
fs.linkSync("/tmp/nothing", "l")
"""

TCL = """
puts hello
set f [open f[pid] w]; puts $f x; close $f
file mkdir d[pid]; file delete d[pid]
glob /etc/*
exec true
after 2
file copy -force /etc/passwd c[pid]
file rename -force c[pid] r[pid]
clock format 0
set s [socket -server x -myaddr 127.0.0.1 0]; close $s
catch {socket 127.0.0.1 1}
file attributes /tmp -permissions
file link -symbolic s[pid] x; file delete s[pid]
file mtime /tmp 1
exec sh -c "echo x | cat"
set p [open |cat r+]; close $p
fconfigure stdout -blocking 0
file stat / a
cd /; cd /tmp
set x [string repeat y 20000000]; unset x
seek [open /etc/passwd] 5
file tempfile t; close $t
chan truncate [open t[pid] w+] 3
after 1 {set v 1}; vwait v
pid
info hostname
encoding names
exec true &
file readable /etc/shadow
load {} nothing
"""

BASH = """
echo x
echo y >f$$
cat /etc/passwd >/dev/null
(exit 3)
x=$(ls /)
read -t 0.001 v </dev/zero
trap : USR1; kill -USR1 $$
cat <<<word
diff <(echo a) <(echo b)
ulimit -n
ulimit -c 0
umask 022
cd /; cd /tmp
sleep 0.01 & wait
coproc cat; kill $COPROC_PID
exec 5<>f$$
[ /etc -nt /tmp ]
printf -v x %s y
(echo >/dev/tcp/127.0.0.1/1) 2>/dev/null
mapfile -t a </etc/passwd
time true
for i in 1 2 3; do :; done
set -o noclobber; echo z >n$$
bind -l >/dev/null 2>&1
history
suspend -h 2>/dev/null
compgen -u >/dev/null
times
exec true
mkfifo q$$; rm q$$
kill -0 1
pushd / >/dev/null
shopt -s globstar; echo /etc/** >/dev/null
wait -n 2>/dev/null
disown -a
echo ~root
timeout 1 true
setsid true
nice true
"""

SQLITE = """
create table if not exists t(a, b); insert into t values(1, 2);
select count(*) from sqlite_master;
begin; create table if not exists u(a); rollback;
pragma journal_mode=wal;
vacuum;
create temp table v(a); insert into v values(randomblob(9000000));
attach 'x.db' as x;
pragma synchronous=off;
pragma mmap_size=1000000;
.backup b.db
.output o.txt
.shell true
.import /etc/passwd imported
pragma journal_mode=truncate;
pragma journal_mode=persist;
pragma integrity_check;
select datetime('now', 'localtime');
select load_extension('nothing');
.read /dev/null
.save s.db
select writefile('w', 'x');
select count(*) from fsdir('/etc');
.once |cat
.system echo
pragma locking_mode=exclusive; select 1;
pragma temp_store=memory;
pragma wal_checkpoint;
.cd /tmp
.timer on
pragma cache_spill=1; select sum(length(randomblob(100))) from (with recursive c(x) as (select 1 union all select x+1 from c limit 3000) select x from c);
"""

GIT = """
git status
git log --oneline
date >>f; git add f
date >>f; git commit -qam x
git diff HEAD~1
git branch b$RANDOM
git gc -q
git clone -q . ../c$RANDOM
git fsck
git archive -o ../a.tar HEAD
date >>f; git stash -q; git stash drop -q
git grep x
git worktree add -q ../w$RANDOM
git tag t$RANDOM
git repack -adq
git blame f
git checkout -q HEAD~1; git checkout -q -
git config user.name x
git show HEAD
git rev-parse HEAD
git bundle create -q ../b HEAD
git hash-object f
git mv f g; git mv g f
git rm -q --cached f; git add f
git fetch -q . HEAD
git merge -q HEAD
git notes add -f -m x
git clean -fdq
git format-patch -q -1 -o ..
git shortlog HEAD
"""

TAR = """
tar cf a.tar /etc/apt
tar tf a.tar
tar xf a.tar
tar czf a.tgz /etc/apt
tar cJf a.txz /etc/apt
tar rf a.tar /etc/passwd
tar --sparse -cf s.tar sparse
tar --xattrs -cf x.tar /etc/passwd
tar --listed-incremental=snap -cf i.tar /etc/apt
tar xf a.tar --keep-old-files
tar xpf a.tar --same-owner
tar cf - /etc/passwd | tar xf -
tar --delete -f a.tar etc/passwd
tar -cf l.tar --hard-dereference /etc/apt
tar df a.tar -C /
tar uf a.tar /etc/hostname
tar --to-command=cat -xf a.tar
tar cf h.tar --remove-files gone
tar c /etc/passwd -f m.tar -M -L 100
tar --acls -cf y.tar /etc/passwd
"""

FIND = """
find /etc/apt
find /etc/apt -type f
find /etc/apt -newer /etc/passwd
find /etc/apt -exec true {} ;
find /etc/apt -ls
find . -empty
find /etc/apt -size +1
find . -name gone -delete
find /etc/apt -fprint out
find /etc -maxdepth 1 -user root
find /etc -maxdepth 1 -nouser
find / -maxdepth 1 -fstype proc
find /etc -maxdepth 1 -printf %l%Y
find -L /etc -maxdepth 1
find /etc -maxdepth 1 -samefile /etc/passwd
find /etc -maxdepth 1 -readable
find /etc/apt -exec true {} +
find /etc/apt -execdir true {} ;
find /etc/apt -mmin -10
find . -regex x
find /etc -maxdepth 1 -context x
find /etc/apt -fls out
find /etc -maxdepth 1 -printf %F
find /proc/self -maxdepth 1
"""

OPENSSL = """
openssl rand 16
openssl dgst /etc/passwd
openssl genrsa 512
openssl ecparam -genkey -name prime256v1 -out k.pem
openssl enc -aes-128-cbc -k x -pbkdf2 -in /etc/passwd -out e
openssl req -new -key k.pem -subj /CN=x
openssl prime 17
openssl version -a
openssl ciphers
openssl speed -seconds 1 -bytes 16 md5
openssl speed -multi 2 -seconds 1 -bytes 16 md5
openssl s_client -connect 127.0.0.1:1
openssl passwd x
openssl x509 -help
openssl list -commands
openssl rand -writerand r 16
openssl base64 -in /etc/passwd
openssl rehash .
openssl ca -help
timeout 0.1 openssl s_server -accept 0 -nocert
openssl engine
openssl verify k.pem
"""

VIM = """
w! f
r /etc/passwd
!true
sort
%!cat
set undofile | w! u
set backup | w! f
call mkdir("d" . getpid())
call delete("u")
call writefile(["x"], "w")
call readfile("/etc/passwd")
call system("true")
call rename("w", "x")
sleep 2m
grep x /etc/passwd
e /etc
wundo! z
mksession! s
call getftime("/etc")
call job_start("true")
call sockconnect("tcp", "127.0.0.1:1")
call ch_open("127.0.0.1:1")
call setfperm("f", "rw-------")
call glob("/etc/*")
set directory=. | e y | put =1 | preserve
cd /tmp
call resolve("/bin")
recover nothing
language
echo strftime("%c")
"""

MAKE = """
all: ; @true
a: ; @echo x
b: a ; @touch b
c: a b ; @true
x := $(shell echo y)
include nothing.mk
-include other.mk
d: ; @false
.PHONY: all
e%: ; @true
$(file >out,x)
export Z=1
f: /etc/passwd ; cp $< f
$(wildcard /etc/*)
$(realpath /bin)
vpath %.c /etc
"""

# name: how its steps, one a line, become a command; what is there before
SCRIPTS = {"perl": PERL, "python3": PYTHON, "node": NODE, "tclsh": TCL, "bash": BASH, "sqlite3": SQLITE, "git": GIT, "tar": TAR,
           "find": FIND, "openssl": OPENSSL, "vim": VIM, "make": MAKE}


def steps_of(name):
    lines = [line for line in SCRIPTS[name].splitlines() if line.strip()]
    return [(line, LADDER[i % len(LADDER)]) for i, line in enumerate(lines)]


def session(name, seed):
    """The command of one random session of @name: a list of words."""
    chance = random.Random(f"{name} {seed}")
    chosen = [line for line, p in steps_of(name) if chance.random() < p]
    if name in ("git", "tar", "find", "openssl"):
        if name == "find":
            chosen = [line.replace("{}", "'{}'").replace(" ;", " ';'") for line in chosen]
        return ["sh", "-c", "\n".join(chosen) or ":"]
    if name == "perl":
        return ["perl", "-e", "\n".join("eval {" + line + "};" for line in chosen)]
    if name == "python3":
        body = "\n".join(f"try:\n  {line}\nexcept Exception: pass" for line in chosen)
        return ["python3", "-c", "import os, time\nP = os.getpid()\n" + body]
    if name == "node":
        return ["node", "-e", "const fs = require('fs');\n" + "\n".join("try { " + line + " } catch (e) {}" for line in chosen)]
    if name == "tclsh":
        return ["sh", "-c", "tclsh <<'END'\n" + "\n".join("catch {" + line + "}" for line in chosen) + "\nEND"]
    if name == "bash":
        return ["bash", "-c", "\n".join(chosen) or ":"]
    if name == "sqlite3":
        return ["sh", "-c", "sqlite3 main.db <<'END'\n" + "\n".join(chosen) + "\nEND"]
    if name == "vim":
        return ["vim", "-es", "-u", "NONE"] + [word for line in chosen[:9] for word in ("-c", "silent! " + line)] + ["-c", "qa!"]
    if name == "make":
        with open("Makefile", "w", encoding="utf-8") as f:
            f.write("\n".join(chosen) + "\n")
        return ["make", "-s", "-k"] + (["-j2"] if chance.random() < 0.2 else []) + (["-n"] if chance.random() < 0.05 else [])
    raise KeyError(name)


def prepare(name, place):
    os.makedirs(place, exist_ok=True)
    os.chdir(place)
    if name == "git":
        os.system("git init -q repo && cd repo && git config user.email x@example.org && git config user.name x &&"
                  " for i in 1 2 3; do date +%N >>f; git add f; git commit -qm $i; done")
        os.chdir("repo")
    if name == "tar":
        os.system("truncate -s 1M sparse; touch gone")
