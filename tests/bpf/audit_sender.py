# SPDX-License-Identifier: Apache-2.0
"""Send what looks like the kernel's to a NETLINK_AUDIT socket, as whoever calls this.

audit_sender.py record PORT GROUP PID NR PROGRAM    a record 1326 of that process; port 0: to the group alone
audit_sender.py status PORT LOST                    an answer to AUDIT_GET
Prints "sent", or the name of the error.
"""
import errno
import socket
import struct
import sys
import time

what, port = sys.argv[1], int(sys.argv[2])
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
sock.bind((0, 0))
if what == "record":
    group, pid, nr, program = sys.argv[3:7]
    text = (f'audit({time.time():.3f}:4000000001): auid=4294967295 uid=0 gid=0 ses=4294967295 subj=unconfined pid={pid} '
            f'comm="{program}" exe="/usr/sbin/nginx" sig=0 arch=c000003e syscall={nr} compat=0 ip=0x7f code=0x7ffc0000').encode()
    body, kind, groups = text, 1326, int(group)
else:
    body, kind, groups = struct.pack("=11I", 0, 1, 1, 0, 0, 64, int(sys.argv[3]), 0, 0, 0, 0), 1000, 0
try:
    sock.sendto(struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body, (port, groups))
    print("sent")
except OSError as e:
    print(errno.errorcode[e.errno])
