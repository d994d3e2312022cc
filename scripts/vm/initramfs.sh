# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The guest's only file system: busybox, the program with the libraries it needs, the test programs, tests/vm.

# find_library NAME TRIPLET: its path; for another architecture it is looked for below $SYSROOT too.
find_library() {
	local name=$1 triplet=$2 root=${SYSROOT:-} dir
	for dir in "$root/lib/$triplet" "$root/usr/lib/$triplet" "$root/lib" "$root/lib64" "$root/usr/lib" \
		"/usr/$triplet/lib"; do
		if [ -e "$dir/$name" ]; then
			echo "$dir/$name"
			return
		fi
	done
	echo "no $name for $triplet (looked in $root/lib, $root/usr/lib and below)" >&2
	return 1
}

# install_libraries ELF ROOT TRIPLET: what it needs to start, and what that needs
install_libraries() {
	local elf=$1 root=$2 triplet=$3 name from interpreter
	interpreter=$(readelf -lW "$elf" | sed -n 's/.*program interpreter: \(.*\)\]/\1/p')
	for name in $interpreter $(readelf -dW "$elf" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		local target=$root/lib/${name##*/}
		[ "$name" != "$interpreter" ] || target=$root$interpreter
		[ ! -e "$target" ] || continue
		from=$(find_library "${name##*/}" "$triplet") || return 1
		mkdir -p "${target%/*}"
		cp -L "$from" "$target"
		install_libraries "$target" "$root" "$triplet" || return 1
	done
}

# make_initramfs OUT BUILD BUSYBOX TRIPLET
make_initramfs() (
	set -e
	out=$1 build=$2 busybox=$3 triplet=$4
	root=$(mktemp -d)
	trap 'rm -rf "$root"' EXIT
	chmod 755 "$root"
	mkdir -p "$root"/{bin,dev,etc,lib,proc,sys,tmp,helpers,tests}
	cp "$busybox" "$root/bin/busybox"
	cp "$build/seccomp-gen" "$root/bin/"
	cp "$build"/helpers/* "$root/helpers/"
	find "$SG_SOURCE/tests/vm" -maxdepth 1 -type f -exec cp -t "$root/tests" {} +
	mv "$root/tests/init" "$root/init"
	chmod 755 "$root/init"
	for elf in "$root"/bin/* "$root"/helpers/*; do
		strip_for "$triplet" "$elf"
		install_libraries "$elf" "$root" "$triplet"
	done
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$out"
)

# Debug information is most of the program, and the guest unpacks it slowly.
strip_for() {
	local strip=strip
	[ "$1" = "$(uname -m)-linux-gnu" ] || strip=$1-strip
	! command -v "$strip" >/dev/null || "$strip" "$2" 2>/dev/null || true
}
