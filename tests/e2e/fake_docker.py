#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""fake_docker.py SOCKET MODE [ID NAME]: answers on a unix socket as a Docker daemon would, or should not.

    names    the container ID is called NAME (with python's escapes, "\\n"); so are its image and labels
    garbage  what is no JSON
    endless  200 MiB of an answer, none of it of use
    mute     takes the connection and says nothing
"""
import json
import os
import socketserver
import sys
import time

socket, mode = sys.argv[1:3]


def write(out, status, body):
    out.write(b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        if mode == "mute":
            time.sleep(60)
        elif mode == "garbage":
            write(self.wfile, b"200 OK", b'[{"Id": "\x1b[31m')
        elif mode == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
            for _ in range(200):
                self.wfile.write(b" " * (1 << 20))
        else:
            name = sys.argv[4].encode().decode("unicode_escape")
            row = {"Id": sys.argv[3], "Names": ["/" + name], "Image": name, "Labels": {name: name}}
            write(self.wfile, b"200 OK", json.dumps([row]).encode())


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # who asked went away


with Server(socket, Handler) as server:
    os.chmod(socket, 0o600)
    server.serve_forever()
