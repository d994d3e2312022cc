#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The .deb holds all of the program, and what is unpacked from it works where it stands.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command cpack cmake
need_command dpkg-shlibdeps dpkg-dev

build=$(dirname "$SG")
DESTDIR=$SG_TMP/staged cmake --install "$build" --prefix /usr >"$SG_TMP/install.log" 2>&1 ||
	fail "cmake --install: $(tail -n 3 "$SG_TMP/install.log")"
root=$SG_TMP/staged/usr

commands=$("$SG" --list-options | sed -n 's/^\([a-z]*\)\t.*/\1/p' | sort -u | grep .)
[ "$(wc -w <<<"$commands")" -gt 4 ] || fail "--list-options names no commands: $commands"
for file in bin/seccomp-gen share/man/man1/seccomp-gen.1 share/doc/seccomp-gen/README.md \
	share/doc/seccomp-gen/LICENSE share/bash-completion/completions/seccomp-gen \
	share/zsh/vendor-completions/_seccomp-gen \
	share/fish/vendor_completions.d/seccomp-gen.fish share/seccomp-gen/audit.json share/seccomp-gen/violation.json \
	share/seccomp-gen/floor/runc.json share/seccomp-gen/floor/crun.json; do
	[ -s "$root/$file" ] || fail "not installed: $file"
done
for command in $commands; do
	[ -s "$root/share/man/man1/seccomp-gen-$command.1" ] || fail "no man page is installed for $command"
done

# It finds its own data, not the build's or the source's.
recording=$SG_SOURCE/tests/golden/cli/nginx.json
"$root/bin/seccomp-gen" emit -q "$recording" --runtime runc -o "$SG_TMP/with.json" || fail "the installed program does not emit"
rm "$root/share/seccomp-gen/floor/runc.json"
! "$root/bin/seccomp-gen" emit -q "$recording" --runtime runc -o "$SG_TMP/without.json" 2>/dev/null ||
	fail "the installed program takes its data from elsewhere"

# The package, of the same rules. With Ninja cpack does not build first, which would disturb other tests.
cpack --config "$build/CPackConfig.cmake" -B "$SG_TMP/package" >"$SG_TMP/cpack.log" 2>&1 ||
	fail "cpack: $(tail -n 5 "$SG_TMP/cpack.log")"
deb=$(echo "$SG_TMP"/package/*.deb)
depends=$(dpkg-deb -f "$deb" Depends)
for library in libc6 libbpf1 libseccomp2 libcjson1 libmd0 libcurl4; do
	grep -qw "$library" <<<"$depends" || fail "the package does not depend on $library: $depends"
done
dpkg-deb -c "$deb" >"$SG_TMP/files"
grep -q ' \./usr/bin/seccomp-gen$' "$SG_TMP/files" || fail "the package has no /usr/bin/seccomp-gen"
say "$(wc -w <<<"$commands") commands with their manuals; $(basename "$deb")"
