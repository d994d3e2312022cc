/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_DIGEST_H
#define SG_AUDIT_RUN_DIGEST_H

#include <sha2.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For gen/audit/ only: SHA-256, libmd's, from which an import gets its run's id. Whoever can choose
 * what is in a log must not be able to make its run pass for another one.
 */
struct sg_digest {
	SHA2_CTX sha;
};

void sg_digest_init(struct sg_digest *digest);
void sg_digest_add(struct sg_digest *digest, const void *bytes, size_t len);
/* As eight bytes, so that the result does not depend on the machine. */
void sg_digest_add_u64(struct sg_digest *digest, uint64_t v);
/* With its length, so that what follows cannot be taken for a part of it. NULL is not the same as
 * "". */
void sg_digest_add_string(struct sg_digest *digest, const char *s);
void sg_digest_finish(struct sg_digest *digest, unsigned char ret[32]);

/* The digest as a UUID of version 8, which RFC 9562 keeps for such use. */
#define SG_DIGEST_UUID_MAX 37
void sg_digest_uuid(struct sg_digest *digest, char ret[SG_DIGEST_UUID_MAX]);

#endif
