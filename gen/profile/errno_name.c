/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/errno_name.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

/* Every errno of asm-generic/errno*.h; the numbers differ on mips, parisc, sparc and alpha. */
#define ROW(name)                 \
	{                         \
#name, name, true \
	}
/* One that podman has no name for: asked of podman 4.3.1, name by name. */
#define OWN(name)                  \
	{                          \
#name, name, false \
	}

static const struct {
	const char *text;
	uint16_t number;
	bool is_podmans;
} rows[] = {
	ROW(EPERM),
	ROW(ENOENT),
	ROW(ESRCH),
	OWN(EINTR),
	ROW(EIO),
	ROW(ENXIO),
	ROW(E2BIG),
	ROW(ENOEXEC),
	ROW(EBADF),
	ROW(ECHILD),
	ROW(EAGAIN),
	ROW(ENOMEM),
	ROW(EACCES),
	ROW(EFAULT),
	ROW(ENOTBLK),
	ROW(EBUSY),
	ROW(EEXIST),
	ROW(EXDEV),
	ROW(ENODEV),
	ROW(ENOTDIR),
	ROW(EISDIR),
	ROW(EINVAL),
	ROW(ENFILE),
	ROW(EMFILE),
	ROW(ENOTTY),
	ROW(ETXTBSY),
	ROW(EFBIG),
	ROW(ENOSPC),
	ROW(ESPIPE),
	ROW(EROFS),
	ROW(EMLINK),
	ROW(EPIPE),
	ROW(EDOM),
	ROW(ERANGE),
	ROW(EDEADLK),
	ROW(ENAMETOOLONG),
	ROW(ENOLCK),
	ROW(ENOSYS),
	ROW(ENOTEMPTY),
	ROW(ELOOP),
	ROW(ENOMSG),
	ROW(EIDRM),
	OWN(ECHRNG),
	OWN(EL2NSYNC),
	OWN(EL3HLT),
	OWN(EL3RST),
	OWN(ELNRNG),
	OWN(EUNATCH),
	OWN(ENOCSI),
	OWN(EL2HLT),
	OWN(EBADE),
	OWN(EBADR),
	OWN(EXFULL),
	OWN(ENOANO),
	OWN(EBADRQC),
	OWN(EBADSLT),
	OWN(EBFONT),
	OWN(ENOSTR),
	OWN(ENODATA),
	OWN(ETIME),
	OWN(ENOSR),
	OWN(ENONET),
	OWN(ENOPKG),
	ROW(EREMOTE),
	OWN(ENOLINK),
	OWN(EADV),
	OWN(ESRMNT),
	OWN(ECOMM),
	OWN(EPROTO),
	OWN(EMULTIHOP),
	OWN(EDOTDOT),
	ROW(EBADMSG),
	ROW(EOVERFLOW),
	OWN(ENOTUNIQ),
	OWN(EBADFD),
	OWN(EREMCHG),
	OWN(ELIBACC),
	OWN(ELIBBAD),
	OWN(ELIBSCN),
	OWN(ELIBMAX),
	OWN(ELIBEXEC),
	ROW(EILSEQ),
	OWN(ERESTART),
	OWN(ESTRPIPE),
	ROW(EUSERS),
	ROW(ENOTSOCK),
	ROW(EDESTADDRREQ),
	ROW(EMSGSIZE),
	ROW(EPROTOTYPE),
	ROW(ENOPROTOOPT),
	ROW(EPROTONOSUPPORT),
	ROW(ESOCKTNOSUPPORT),
	ROW(EOPNOTSUPP),
	ROW(EPFNOSUPPORT),
	ROW(EAFNOSUPPORT),
	ROW(EADDRINUSE),
	ROW(EADDRNOTAVAIL),
	ROW(ENETDOWN),
	ROW(ENETUNREACH),
	ROW(ENETRESET),
	ROW(ECONNABORTED),
	ROW(ECONNRESET),
	ROW(ENOBUFS),
	ROW(EISCONN),
	ROW(ENOTCONN),
	ROW(ESHUTDOWN),
	ROW(ETOOMANYREFS),
	ROW(ETIMEDOUT),
	ROW(ECONNREFUSED),
	ROW(EHOSTDOWN),
	ROW(EHOSTUNREACH),
	ROW(EALREADY),
	ROW(EINPROGRESS),
	ROW(ESTALE),
	OWN(EUCLEAN),
	OWN(ENOTNAM),
	OWN(ENAVAIL),
	OWN(EISNAM),
	OWN(EREMOTEIO),
	ROW(EDQUOT),
	ROW(ENOMEDIUM),
	ROW(EMEDIUMTYPE),
	ROW(ECANCELED),
	OWN(ENOKEY),
	OWN(EKEYEXPIRED),
	OWN(EKEYREVOKED),
	OWN(EKEYREJECTED),
	ROW(EOWNERDEAD),
	ROW(ENOTRECOVERABLE),
	OWN(ERFKILL),
	OWN(EHWPOISON),
	/* the second name of a number */
	OWN(EWOULDBLOCK),
	OWN(EDEADLOCK),
	ROW(ENOTSUP),
};

const char *sg_errno_name(unsigned int number)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (rows[i].number == number)
			return rows[i].text;
	}
	return NULL;
}

const char *sg_errno_podman_name(unsigned int number)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (rows[i].number == number && rows[i].is_podmans)
			return rows[i].text;
	}
	return NULL;
}

bool sg_errno_is_podmans(const char *name)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].text, name) == 0)
			return rows[i].is_podmans;
	}
	return false;
}

int sg_errno_by_name(const char *name, uint16_t *ret)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].text, name) == 0) {
			*ret = rows[i].number;
			return 0;
		}
	}
	return -ENOENT;
}
