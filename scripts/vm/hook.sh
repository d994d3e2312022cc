# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Debian's oci-seccomp-bpf-hook for a test machine, with all that it needs, as an archive to be unpacked alongside the
# machine's other files. It compiles its program when it starts: so the headers of just that kernel are in it.

# shellcheck source=scripts/vm/kernels.sh
. "${BASH_SOURCE[0]%/*}/kernels.sh"

# kernel_package NAME: "linux-image-… VERSION" of the kernel that is here
kernel_package() {
	sed -n 's/^\(Package\|Version\): //p' "$KERNEL_CACHE/$1/package" | xargs
}

# download_hook KERNEL DIR: DIR/archive
download_hook() {
	local dir=$2 image version headers common
	read -r image version <<<"$(kernel_package "$1")"
	private_apt "$dir/apt" "$(kernel_field "$1" 2)" "$(kernel_field "$1" 3)" "$(kernel_field "$1" 4)" || return 1
	headers=linux-headers-${image#linux-image-}
	common=$(dependency_of "$headers=$version" linux-headers-)
	[ -n "$common" ] || {
		echo "no $headers $version any more: scripts/vm-test --refresh $1 takes the newest kernel" >&2
		return 1
	}
	# nothing counts as installed there: all that it depends on comes with it
	timeout "$APT_PATIENCE" apt-get install -qq -y --no-install-recommends --download-only oci-seccomp-bpf-hook >"$dir/apt/log" 2>&1 || {
		cat "$dir/apt/log" >&2
		return 1
	}
	(
		mkdir -p "$dir/tree/peer" && cd "$dir" || exit 1
		timeout "$APT_PATIENCE" apt-get download -qq "$headers=$version" "$common=$version" || exit 1
		for package in apt/archives/*.deb ./*.deb; do
			dpkg-deb -x "$package" tree/peer || exit 1
		done
		rm -rf tree/peer/usr/share tree/peer/usr/lib/*/gconv
		cd tree && find . | cpio --quiet -o -H newc -R 0:0 >../archive.part
	) || return 1
	mv "$dir/archive.part" "$dir/archive"
	rm -rf "$dir"/{apt,tree} "$dir"/*.deb
}

# fetch_hook KERNEL: prints the path of the archive. 1: it is not available. The kernel has to be here (fetch_kernel).
fetch_hook() {
	local package
	package=$(kernel_package "$1" 2>/dev/null) || package=
	[ -n "$package" ] || {
		echo "$KERNEL_CACHE/$1 does not say of which package its kernel is: there are no headers for it" >&2
		return 1
	}
	fetch_dir "$SG_TEST_CACHE/hook/${package// /_}" archive '' download_hook "$1"
}
