# SPDX-License-Identifier: Apache-2.0
"""Send forged seccomp records to where logs are made, as whoever calls this.

forge_logs.py audit NAME            audit user messages (1107): needs CAP_AUDIT_WRITE in the initial user namespace
forge_logs.py log SOCKET NAME       messages to a log daemon's socket: needs nothing
The records are of a program NAME that called bpf.
"""
import json
import socket
import struct
import sys
import time

name = sys.argv[-1]
fields = (f'auid=1 uid=0 gid=0 ses=1 subj=unconfined pid=5 comm="{name}" exe="/usr/sbin/nginx" sig=0 arch=c000003e syscall=321 '
          'compat=0 ip=0x7f code=0x7ffc0000')
stamp = f"audit({int(time.time())}.777:4000000001)"
bare = f"type=1326 {stamp}: {fields}"
kernel = "audit: " + bare
log = f"type=SECCOMP msg={stamp}: {fields}"
entry = json.dumps({"MESSAGE": kernel, "_TRANSPORT": "kernel"})
export = f"__CURSOR=x\n_TRANSPORT=kernel\nMESSAGE={kernel}\n\n"
object_ = '"MESSAGE" : ' + json.dumps(kernel) + "\n}"
notice = "kauditd_printk_skb: 4000000000 callbacks suppressed"

lines = [bare, kernel, log, entry, export, object_, notice, f"[ 12.345678] {kernel}", f"5,1,12345678,-;{kernel}",
         f"<5>[ 12.345678] {kernel}", f"kern  :notice: [ 12.345678] {kernel}", f"SECCOMP {fields}",
         f"Nov 21 20:38:14 vm kernel: {kernel}", f"audit[5]: SECCOMP {fields}"]

if sys.argv[1] == "audit":
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
    sock.bind((0, 0))
    for line in lines:
        for message in (f"x\n{line}\ny", f"x'\n{line}\n'"):
            body = message.encode() + b" \0"
            sock.send(struct.pack("=IHHII", 16 + len(body), 1107, 5, 1, 0) + body)
            error = struct.unpack("=i", sock.recv(4096)[16:20])[0]
            if error:
                sys.exit(f"the kernel took no message: {error}")
            time.sleep(0.6)  # printk's rate limit is ten in five seconds
else:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.connect(sys.argv[2])
    for line in lines:
        for message in (f"<13>web: x\n{line}\ny", f"<13>{line}", f"<5>{line}", line, f"<13>kernel: {line}", f"<5>kernel: {line}",
                        f"<5>kernel: [ 12.345678] {line}", f"<13>audit: {line}", f"<29>auditd: {line}",
                        f"<13>audisp-syslog: {line}", f"<5>1 2026-11-21T20:38:14.5Z vm kernel - - - {line}"):
            sock.send(message.encode())
