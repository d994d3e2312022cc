#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""As much of the kubelet as a test needs: pods and containers by the CRI (runtime.v1) of containerd or CRI-O.

    cri.py SOCKET pod NAMESPACE NAME UID                      prints the sandbox's id
    cri.py SOCKET run [OPTION...] SANDBOX NAMESPACE NAME UID CONTAINER IMAGE CMD...
                                                              runs it to its end, prints its id, exits with its status
    cri.py SOCKET exec CONTAINER_ID CMD...                    exits with its status
    cri.py SOCKET remove SANDBOX

OPTION: --seccomp FILE, --no-new-privs, --detach. Messages are encoded by hand, by the field numbers of
k8s.io/cri-api/pkg/apis/runtime/v1/api.proto.
"""
import argparse
import os
import sys
import time

import grpc


def varint(n):
    out = bytearray()
    while True:
        out.append(n & 0x7F | (0x80 if n > 0x7F else 0))
        n >>= 7
        if not n:
            return bytes(out)


def message(fields):
    """{number: value}: int, bool, str, bytes (a message), or a list of these."""
    out = b""
    for number, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                out += varint(number << 3) + varint(int(value))
            else:
                data = value.encode() if isinstance(value, str) else value
                out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def parse(data):
    """{number: [values]}, of the two kinds that occur in the answers that are read."""
    fields, i = {}, 0

    def number():
        nonlocal i
        n = shift = 0
        while True:
            byte = data[i]
            i += 1
            n |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return n

    while i < len(data):
        key = number()
        if key & 7 == 0:
            value = number()
        elif key & 7 == 2:
            length = number()
            value = data[i:i + length]
            i += length
        else:
            raise ValueError(f"wire type {key & 7}")
        fields.setdefault(key >> 3, []).append(value)
    return fields


class Runtime:
    def __init__(self, socket):
        self.channel = grpc.insecure_channel("unix://" + socket)

    def call(self, method, fields):
        call = self.channel.unary_unary("/runtime.v1.RuntimeService/" + method)
        return parse(call(message(fields), timeout=60))


NODE = 2  # NamespaceMode: the host's network, so that no CNI plugin is needed


def pod_config(namespace, name, uid):
    directory = f"/var/log/pods/{namespace}_{name}_{uid}"
    return message({
        1: message({1: name, 2: uid, 3: namespace, 4: 0}),
        3: directory,
        8: message({1: f"/kubepods/pod{uid}",
                    2: message({1: message({1: NODE}), 9: message({1: 1})})}),
    })


def run(runtime, args):
    security = {3: message({1: NODE}), 15: message({1: 1})}  # 1: unconfined
    if args.seccomp:
        security[15] = message({1: 2, 2: os.path.abspath(args.seccomp)})
    if args.no_new_privs:
        security[11] = True
    config = {1: message({1: args.container}), 2: message({1: args.image}), 3: args.command,
              11: f"{args.container}/0.log", 15: message({2: message(security)})}
    pod = pod_config(args.namespace, args.name, args.uid)
    container = runtime.call("CreateContainer", {1: args.sandbox, 2: message(config), 3: pod})[1][0].decode()
    print(container, flush=True)
    runtime.call("StartContainer", {1: container})
    if args.detach:
        return 0
    while True:
        status = parse(runtime.call("ContainerStatus", {1: container})[1][0])
        if status.get(3, [0])[0] == 2:  # CONTAINER_EXITED
            break
        time.sleep(0.05)
    log = f"/var/log/pods/{args.namespace}_{args.name}_{args.uid}/{args.container}/0.log"
    if os.path.exists(log):
        with open(log, encoding="utf-8", errors="replace") as f:
            for line in f:
                print(line.rstrip("\n").split(" ", 3)[-1], file=sys.stderr)
    runtime.call("RemoveContainer", {1: container})
    return status.get(7, [0])[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    commands = parser.add_subparsers(dest="what", required=True)
    pod = commands.add_parser("pod")
    runner = commands.add_parser("run")
    for sub in (pod, runner):
        if sub is runner:
            sub.add_argument("--seccomp")
            sub.add_argument("--no-new-privs", action="store_true")
            sub.add_argument("--detach", action="store_true")
            sub.add_argument("sandbox")
        for field in ("namespace", "name", "uid"):
            sub.add_argument(field)
    runner.add_argument("container")
    runner.add_argument("image")
    runner.add_argument("command", nargs=argparse.REMAINDER)
    executor = commands.add_parser("exec")
    executor.add_argument("container")
    executor.add_argument("command", nargs=argparse.REMAINDER)
    commands.add_parser("remove").add_argument("sandbox")
    args = parser.parse_args()
    runtime = Runtime(args.socket)
    if args.what == "pod":
        print(runtime.call("RunPodSandbox", {1: pod_config(args.namespace, args.name, args.uid)})[1][0].decode())
    elif args.what == "run":
        return run(runtime, args)
    elif args.what == "exec":
        answer = runtime.call("ExecSync", {1: args.container, 2: args.command, 3: 30})
        sys.stdout.buffer.write(answer.get(1, [b""])[0])
        sys.stderr.buffer.write(answer.get(2, [b""])[0])
        return answer.get(3, [0])[0]
    else:
        runtime.call("StopPodSandbox", {1: args.sandbox})
        runtime.call("RemovePodSandbox", {1: args.sandbox})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except grpc.RpcError as error:
        print(f"cri.py: {error.details()}", file=sys.stderr)
        sys.exit(125)
