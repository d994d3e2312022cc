# SPDX-License-Identifier: Apache-2.0
"""
Random seccomp profiles from a grammar of everything that runtimes and libseccomp treat in a way of their own:
multiplexed names, several architectures, entries that overlap, that equal the default or contradict each
other, an index twice, every action and operator, errnos that are none, names that nobody knows, fields that
nobody knows, and the conditional entries of Docker's and podman's dialects.

The same seed gives the same profile anywhere.
"""
import random

# What containers need to start under the runtimes here (profiles/floor/), so that most profiles get that far.
FLOOR = (
    "arch_prctl brk capget capset chdir close close_range epoll_create1 epoll_ctl epoll_pwait execve exit exit_group"
    " faccessat faccessat2 fchdir fchown fcntl fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getpid"
    " getppid gettid getuid lseek madvise mmap mprotect munmap nanosleep newfstatat open openat openat2 pipe2 prctl"
    " pread64 prlimit64 read readlinkat recvfrom recvmsg rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity"
    " sched_yield sendmsg sendto set_robust_list set_tid_address setgid setgroups setresgid setresuid setuid"
    " sigaltstack socket stat statfs statx tgkill umask uname write writev"
).split()

# Reached through socketcall and ipc on some architectures, directly on others, or both.
MULTIPLEXED = (
    "socketcall ipc socket bind connect listen accept accept4 getsockname getpeername socketpair send recv sendto"
    " recvfrom shutdown setsockopt getsockopt sendmsg recvmsg recvmmsg sendmmsg semop semget semctl semtimedop"
    " msgsnd msgrcv msgget msgctl shmat shmdt shmget shmctl"
).split()

ORDINARY = (
    "personality clone clone3 unshare setns mount umount2 ptrace keyctl bpf ioctl kill mknod chroot reboot getrandom"
    " mremap splice tee link symlink time poll select pselect6 utimensat fallocate mseal quotactl kexec_load"
).split()

# Of one architecture, of some, renamed, newer than libseccomp, of nobody.
PARTICULAR = (
    "_llseek _newselect fstat64 stat64 mmap2 fcntl64 ugetrlimit waitpid clock_gettime64 futex_time64 olduname vm86"
    " modify_ldt set_thread_area umount sigreturn arm_fadvise64_64 breakpoint cacheflush set_tls s390_pci_mmio_read"
    " sync_file_range2 riscv_flush_icache spu_run swapcontext switch_endian uretprobe open_tree_attr cachestat"
    " map_shadow_stack futex_wake listmount no_such_call Socket read\u0000x getxattrat"
).split() + ["", " read"]

ACTIONS = ("ALLOW ERRNO KILL KILL_THREAD KILL_PROCESS TRAP TRACE LOG").split()
ERRNOS = (0, 1, 1, 2, 22, 38, 38, 95, 133, 512, 4094, 65536, 65537, 65574)
REFUSED_ERRNOS = (4095, 4096, 5000, 32767, 32768, 65535, 70000)  # by libseccomp
VALUES = (0, 1, 2, 3, 10, 16, 17, 38, 40, 0x7E020000, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x100000002,
          0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF)
OPS = ("EQ", "EQ", "EQ", "MASKED_EQ", "MASKED_EQ", "NE", "LT", "LE", "GT", "GE")
ARCHES = ("X86_64", "X86", "X32")
FOREIGN = ("ARM", "AARCH64", "S390X", "S390", "MIPS", "PPC64LE", "RISCV64")
CAPS = ("CAP_SYS_ADMIN", "CAP_NET_RAW", "CAP_AUDIT_WRITE", "CAP_MKNOD", "CAP_CHOWN", "CAP_SYS_PTRACE", "CAP_BOGUS")


class Generator:
    def __init__(self, seed, dialect):
        self.rng = random.Random(f"{seed}/{dialect}")
        self.dialect = dialect  # oci, docker, podman; strict: no errors that all runtimes refuse

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, things):
        return self.rng.choice(things)

    def errno(self):
        return self.pick(REFUSED_ERRNOS if self.chance(0.02) else ERRNOS)

    def condition(self):
        op = self.pick(OPS)
        value = self.pick(VALUES) if self.chance(0.9) else self.rng.getrandbits(64)
        args = {"index": self.rng.randrange(6) if self.chance(0.3) else self.rng.randrange(2), "value": value,
                "op": "SCMP_CMP_" + op}
        if op == "MASKED_EQ":
            args["valueTwo"] = self.pick(VALUES) & (value if self.chance(0.8) else 2**64 - 1)
        elif self.chance(0.05):
            args["valueTwo"] = self.pick(VALUES)
        if self.chance(0.03):
            args["comment"] = "why"
        return args

    def names(self):
        n = self.pick((1, 1, 1, 2, 3, 6))
        pools = (MULTIPLEXED, MULTIPLEXED, ORDINARY, FLOOR, PARTICULAR)
        weights = (8, 4, 8, 1, 2)
        names = [self.pick(self.rng.choices(pools, weights)[0]) for _ in range(n)]
        if n > 1 and self.chance(0.1):
            names.append(names[0])
        # what a runtime refuses whatever the rest says is rare, or nothing else would be seen
        return [x for x in names if (x and "\0" not in x) or self.chance(0.05)] or ["socket"]

    def verdict(self, entry, default):
        if self.chance(0.2):
            entry["action"] = default["defaultAction"]
            if "defaultErrnoRet" in default and self.chance(0.7):
                entry["errnoRet"] = default["defaultErrnoRet"]
            return
        action = self.rng.choices(ACTIONS, (8, 6, 1, 1, 1, 1, 1, 2))[0]
        entry["action"] = "SCMP_ACT_" + action
        if self.chance(0.004):
            entry["action"] = self.pick(("SCMP_ACT_NOTIFY", "SCMP_ACT_NONE", "ALLOW", ""))
        if (action in ("ERRNO", "TRACE") and self.chance(0.7)) or self.chance(0.02):
            entry["errnoRet"] = self.errno()

    def filter(self):
        chosen = {}
        if self.chance(0.6):
            chosen["caps"] = [self.pick(CAPS) for _ in range(self.pick((1, 1, 2)))]
        if self.chance(0.4):
            chosen["arches"] = [self.pick(("amd64", "x86", "x32", "arm64", "s390x", "bogus"))]
        if self.chance(0.3):
            chosen["minKernel"] = self.pick(("3.0", "4.8", "5.10", "6.17", "6.18", "6.19", "9.9"))
        return chosen

    def entry(self, default):
        entry = {"names": self.names()}
        self.verdict(entry, default)
        if self.chance(0.5):
            entry["args"] = [self.condition() for _ in range(self.pick((1, 1, 1, 1, 2, 2, 2, 3, 7)))]
        if self.dialect != "oci":
            if self.chance(0.2):
                entry["includes"] = self.filter()
            if self.chance(0.2):
                entry["excludes"] = self.filter()
            if self.chance(0.1) and len(entry["names"]) == 1:
                entry["name"] = entry.pop("names")[0]
        if self.chance(0.05):
            entry[self.pick(("comment", "description", "excludeAction"))] = "nothing to a runtime"
        return entry

    def arches(self, profile):
        listed = [a for a in ARCHES if self.chance(0.6)]
        if self.chance(0.05):
            listed.append(self.pick(FOREIGN))
        self.rng.shuffle(listed)
        if self.chance(0.03) and listed:
            listed.append(listed[0])
        listed = ["SCMP_ARCH_" + a for a in listed]
        if self.dialect == "oci" or self.chance(0.3):
            if listed or self.chance(0.3):
                profile["architectures"] = listed
            return
        profile["archMap"] = [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": [a for a in listed if a != "SCMP_ARCH_X86_64"]},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
        ][self.pick((0, 0, 0, 1)):]

    def profile(self):
        profile = {"defaultAction": "SCMP_ACT_" + self.rng.choices(ACTIONS, (2, 12, 1, 1, 1, 1, 1, 1))[0]}
        if self.chance(0.6):
            profile["defaultErrnoRet"] = self.errno()
            if profile["defaultAction"] not in ("SCMP_ACT_ERRNO", "SCMP_ACT_TRACE") and self.chance(0.9):
                del profile["defaultErrnoRet"]
        self.arches(profile)
        if self.chance(0.02):
            profile["flags"] = ["SECCOMP_FILTER_FLAG_" + self.pick(("LOG", "SPEC_ALLOW", "TSYNC", "BOGUS"))]
        if self.chance(0.05):
            profile[self.pick(("description", "comment", "version"))] = "nothing to a runtime"
        entries = [self.entry(profile) for _ in range(self.pick((0, 1, 2, 3, 5, 8, 12)))]
        # two of one name, so that entries meet
        for entry in list(entries):
            if self.chance(0.3):
                more = self.entry(profile)
                more.pop("name", None)
                more["names"] = entry.get("names", [entry.get("name")])[:1]
                entries.append(more)
        if self.chance(0.85):
            floor = [x for x in FLOOR if not (self.chance(0.5) and self.chance(0.02))]
            entries.insert(self.rng.randrange(len(entries) + 1), {"names": floor, "action": "SCMP_ACT_ALLOW"})
        if entries or self.chance(0.5):
            profile["syscalls"] = entries
        return profile


def generate(seed, dialect):
    profile = Generator(seed, dialect).profile()
    entries = profile.setdefault("syscalls", [])
    # after all that is drawn, so that a seed stays what it was
    if seed % 97 == 5:
        profile["defaultAction"] = "SCMP_ACT_NOTIFY"
        profile.pop("defaultErrnoRet", None)
    elif seed % 97 == 6 and entries:
        entries[0].update(action="SCMP_ACT_NOTIFY")
        entries[0].pop("errnoRet", None)
    elif seed % 97 == 7:
        entries.append({"action": "SCMP_ACT_ALLOW"})
    elif seed % 97 == 8:
        entries.append({"names": ["", "kill"], "action": profile["defaultAction"]})
    return profile
