# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Debian's stock kernels, and how they come here. Use fetch_kernel; the rest is its own.

# shellcheck source=scripts/vm/apt.sh
. "${BASH_SOURCE[0]%/*}/apt.sh"

# name, architecture, archive, suite, the package that depends on the suite's newest kernel
KERNELS='
5.10        amd64 debian-security bullseye-security linux-image-cloud-amd64
6.1         amd64 debian          bookworm          linux-image-cloud-amd64
6.12        amd64 debian-security bookworm-security linux-image-6.12-cloud-amd64
sid         amd64 debian          sid               linux-image-cloud-amd64
6.1-arm64   arm64 debian          bookworm          linux-image-cloud-arm64
sid-arm64   arm64 debian          sid               linux-image-cloud-arm64
'
KERNEL_CACHE=$SG_TEST_CACHE/kernels

# kernel_names ARCH: those of one architecture; all of them for ''
kernel_names() {
	awk -v arch="$1" 'NF && (arch == "" || $2 == arch) { print $1 }' <<<"$KERNELS"
}

# kernel_field NAME COLUMN: 2 the architecture, 3 the archive, 4 the suite, 5 the package
kernel_field() {
	awk -v name="$1" -v column="$2" '$1 == name { print $column }' <<<"$KERNELS"
}

# dependency_of PACKAGE PREFIX: the package it depends on whose name begins so
dependency_of() {
	apt-cache depends --no-recommends --no-suggests "$1" |
		awk -v prefix="$2" '$1 == "Depends:" && index($2, prefix) == 1 { print $2; exit }'
}

# download_kernel NAME DIR: DIR/vmlinuz, DIR/package; with KEEP_TREE in the environment also DIR/tree, its modules
download_kernel() (
	name=$1 dir=$2
	read -r _ arch archive suite meta <<<"$(grep "^$name " <<<"$KERNELS")"
	private_apt "$dir/apt" "$arch" "$archive" "$suite" || {
		echo "$name: no kernel; or put one in $KERNEL_CACHE/$name/vmlinuz" >&2
		return 1
	}
	image=$(dependency_of "$meta" linux-image-)
	# from 7.x on the image package is empty and depends on the one that has the file
	binary=$(dependency_of "$image" linux-binary-)
	cd "$dir"
	packages=("${binary:-$image}")
	[ -z "${KEEP_TREE:-}" ] || mapfile -t -O 1 packages < <(dependency_of "$image" linux-modules-)
	timeout "$APT_PATIENCE" apt-get download -qq "${packages[@]}" || return 1
	for deb in ./*.deb; do dpkg-deb -x "$deb" tree; done
	find tree -name 'vmlinuz*' -type f -exec mv {} vmlinuz \;
	[ -s vmlinuz ] || {
		echo "$name: ${binary:-$image} holds no vmlinuz" >&2
		return 1
	}
	dpkg-deb -f ./"${packages[0]}"_*.deb Package Version >package
	rm -rf apt ./*.deb
	[ -n "${KEEP_TREE:-}" ] || rm -rf tree
)

# fetch_kernel NAME [refresh]: prints the path of the kernel. 1: there is no such kernel, or no way to it.
fetch_kernel() {
	[ -n "$(kernel_field "$1" 1)" ] || {
		echo "no kernel '$1' (there are: $(kernel_names '' | xargs))" >&2
		return 1
	}
	fetch_dir "$KERNEL_CACHE/$1" vmlinuz "${2:-}" download_kernel "$1"
}
