/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/multiplexed.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "syscall/table.h"

enum { SOCKETCALL, IPC };

static const char *const multiplexers[] = { [SOCKETCALL] = "socketcall", [IPC] = "ipc" };

static const struct {
	const char *name;
	uint8_t multiplexer, number;
} calls[] = {
	{ "socket", SOCKETCALL, 1 },
	{ "bind", SOCKETCALL, 2 },
	{ "connect", SOCKETCALL, 3 },
	{ "listen", SOCKETCALL, 4 },
	{ "accept", SOCKETCALL, 5 },
	{ "getsockname", SOCKETCALL, 6 },
	{ "getpeername", SOCKETCALL, 7 },
	{ "socketpair", SOCKETCALL, 8 },
	{ "send", SOCKETCALL, 9 },
	{ "recv", SOCKETCALL, 10 },
	{ "sendto", SOCKETCALL, 11 },
	{ "recvfrom", SOCKETCALL, 12 },
	{ "shutdown", SOCKETCALL, 13 },
	{ "setsockopt", SOCKETCALL, 14 },
	{ "getsockopt", SOCKETCALL, 15 },
	{ "sendmsg", SOCKETCALL, 16 },
	{ "recvmsg", SOCKETCALL, 17 },
	{ "accept4", SOCKETCALL, 18 },
	{ "recvmmsg", SOCKETCALL, 19 },
	{ "sendmmsg", SOCKETCALL, 20 },
	{ "semop", IPC, 1 },
	{ "semget", IPC, 2 },
	{ "semctl", IPC, 3 },
	{ "semtimedop", IPC, 4 },
	{ "msgsnd", IPC, 11 },
	{ "msgrcv", IPC, 12 },
	{ "msgget", IPC, 13 },
	{ "msgctl", IPC, 14 },
	{ "shmat", IPC, 21 },
	{ "shmdt", IPC, 22 },
	{ "shmget", IPC, 23 },
	{ "shmctl", IPC, 24 },
};

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (i < SG_ARRAY_SIZE(calls) && strcmp(calls[i].name, name) != 0)
		i++;
	return i;
}

int sg_syscall_nr_or_multiplexed(uint32_t arch, const char *name, uint32_t *ret_nr)
{
	uint32_t nr;
	size_t i;

	if (sg_syscall_nr(arch, name, ret_nr) == 0)
		return 0;
	i = index_of(name);
	if (i == SG_ARRAY_SIZE(calls) ||
	    sg_syscall_nr(arch, multiplexers[calls[i].multiplexer], &nr) < 0)
		return -ENOENT;
	*ret_nr = SG_NR_MULTIPLEXED | (uint32_t)i;
	return 0;
}

bool sg_is_multiplexed(uint32_t arch, const char *name)
{
	size_t i = index_of(name);
	uint32_t nr;

	return i < SG_ARRAY_SIZE(calls) &&
	       sg_syscall_nr(arch, multiplexers[calls[i].multiplexer], &nr) == 0;
}

const char *sg_multiplexed_name(uint32_t nr)
{
	uint32_t i = nr & ~SG_NR_MULTIPLEXED;

	return nr & SG_NR_MULTIPLEXED && i < SG_ARRAY_SIZE(calls) ? calls[i].name : NULL;
}

bool sg_is_multiplexer(struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);

	return name && (strcmp(name, multiplexers[SOCKETCALL]) == 0 ||
			strcmp(name, multiplexers[IPC]) == 0);
}

bool sg_is_behind(struct sg_syscall_id id, struct sg_syscall_id multiplexer, uint64_t *ret)
{
	const char *name = id.arch == multiplexer.arch ? sg_syscall_name(id) : NULL;
	const char *through = sg_syscall_name(multiplexer);
	size_t i;

	if (!name || !through)
		return false;
	i = index_of(name);
	if (i == SG_ARRAY_SIZE(calls) || strcmp(multiplexers[calls[i].multiplexer], through) != 0)
		return false;
	*ret = calls[i].number;
	return true;
}
