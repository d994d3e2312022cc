/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/errno_name.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

/* Every errno of asm-generic/errno*.h; the numbers differ on mips, parisc, sparc and alpha. */
#define ROW(name)                   \
	{                           \
		.text = #name, name \
	}

static const struct {
	const char *text;
	uint16_t number;
} rows[] = {
	ROW(EPERM),
	ROW(ENOENT),
	ROW(ESRCH),
	ROW(EINTR),
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
	ROW(ECHRNG),
	ROW(EL2NSYNC),
	ROW(EL3HLT),
	ROW(EL3RST),
	ROW(ELNRNG),
	ROW(EUNATCH),
	ROW(ENOCSI),
	ROW(EL2HLT),
	ROW(EBADE),
	ROW(EBADR),
	ROW(EXFULL),
	ROW(ENOANO),
	ROW(EBADRQC),
	ROW(EBADSLT),
	ROW(EBFONT),
	ROW(ENOSTR),
	ROW(ENODATA),
	ROW(ETIME),
	ROW(ENOSR),
	ROW(ENONET),
	ROW(ENOPKG),
	ROW(EREMOTE),
	ROW(ENOLINK),
	ROW(EADV),
	ROW(ESRMNT),
	ROW(ECOMM),
	ROW(EPROTO),
	ROW(EMULTIHOP),
	ROW(EDOTDOT),
	ROW(EBADMSG),
	ROW(EOVERFLOW),
	ROW(ENOTUNIQ),
	ROW(EBADFD),
	ROW(EREMCHG),
	ROW(ELIBACC),
	ROW(ELIBBAD),
	ROW(ELIBSCN),
	ROW(ELIBMAX),
	ROW(ELIBEXEC),
	ROW(EILSEQ),
	ROW(ERESTART),
	ROW(ESTRPIPE),
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
	ROW(EUCLEAN),
	ROW(ENOTNAM),
	ROW(ENAVAIL),
	ROW(EISNAM),
	ROW(EREMOTEIO),
	ROW(EDQUOT),
	ROW(ENOMEDIUM),
	ROW(EMEDIUMTYPE),
	ROW(ECANCELED),
	ROW(ENOKEY),
	ROW(EKEYEXPIRED),
	ROW(EKEYREVOKED),
	ROW(EKEYREJECTED),
	ROW(EOWNERDEAD),
	ROW(ENOTRECOVERABLE),
	ROW(ERFKILL),
	ROW(EHWPOISON),
	/* the second name of a number */
	ROW(EWOULDBLOCK),
	ROW(EDEADLOCK),
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
