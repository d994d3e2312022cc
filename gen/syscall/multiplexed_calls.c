/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/multiplexed_calls.h"

#include <string.h>

#include "base/cleanup.h"

const char *const sg_multiplexers[] = { [SG_SOCKETCALL] = "socketcall", [SG_IPC] = "ipc" };

const struct sg_multiplexed_call sg_multiplexed_calls[] = {
	{ "socket", SG_SOCKETCALL, 1 },
	{ "bind", SG_SOCKETCALL, 2 },
	{ "connect", SG_SOCKETCALL, 3 },
	{ "listen", SG_SOCKETCALL, 4 },
	{ "accept", SG_SOCKETCALL, 5 },
	{ "getsockname", SG_SOCKETCALL, 6 },
	{ "getpeername", SG_SOCKETCALL, 7 },
	{ "socketpair", SG_SOCKETCALL, 8 },
	{ "send", SG_SOCKETCALL, 9 },
	{ "recv", SG_SOCKETCALL, 10 },
	{ "sendto", SG_SOCKETCALL, 11 },
	{ "recvfrom", SG_SOCKETCALL, 12 },
	{ "shutdown", SG_SOCKETCALL, 13 },
	{ "setsockopt", SG_SOCKETCALL, 14 },
	{ "getsockopt", SG_SOCKETCALL, 15 },
	{ "sendmsg", SG_SOCKETCALL, 16 },
	{ "recvmsg", SG_SOCKETCALL, 17 },
	{ "accept4", SG_SOCKETCALL, 18 },
	{ "recvmmsg", SG_SOCKETCALL, 19 },
	{ "sendmmsg", SG_SOCKETCALL, 20 },
	{ "semop", SG_IPC, 1 },
	{ "semget", SG_IPC, 2 },
	{ "semctl", SG_IPC, 3 },
	{ "semtimedop", SG_IPC, 4 },
	{ "msgsnd", SG_IPC, 11 },
	{ "msgrcv", SG_IPC, 12 },
	{ "msgget", SG_IPC, 13 },
	{ "msgctl", SG_IPC, 14 },
	{ "shmat", SG_IPC, 21 },
	{ "shmdt", SG_IPC, 22 },
	{ "shmget", SG_IPC, 23 },
	{ "shmctl", SG_IPC, 24 },
};
const size_t sg_multiplexed_n = SG_ARRAY_SIZE(sg_multiplexed_calls);

size_t sg_multiplexed_index(const char *name)
{
	size_t i = 0;

	while (i < sg_multiplexed_n && strcmp(sg_multiplexed_calls[i].name, name) != 0)
		i++;
	return i;
}

const char *sg_multiplexed_name(uint32_t nr)
{
	uint32_t i = nr & ~SG_NR_MULTIPLEXED;

	return nr & SG_NR_MULTIPLEXED && i < sg_multiplexed_n ? sg_multiplexed_calls[i].name : NULL;
}
