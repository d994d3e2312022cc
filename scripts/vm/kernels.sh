# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Debian's stock kernels, and how they come here: by apt, checked against the archive's signatures, with an apt
# configuration of its own, so nothing of the host's (/etc/apt, its lists, its locks) is read or changed.
#
# Use fetch_kernel; the rest is its own.

# name, architecture, archive, suite, the package that depends on the suite's newest kernel
KERNELS='
5.10        amd64 debian-security bullseye-security linux-image-cloud-amd64
6.1         amd64 debian          bookworm          linux-image-cloud-amd64
6.12        amd64 debian-security bookworm-security linux-image-6.12-cloud-amd64
sid         amd64 debian          sid               linux-image-cloud-amd64
6.1-arm64   arm64 debian          bookworm          linux-image-cloud-arm64
sid-arm64   arm64 debian          sid               linux-image-cloud-arm64
'
KERNEL_MIRROR=${SG_DEBIAN_MIRROR:-http://deb.debian.org}
KERNEL_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

if [ -n "${XDG_CACHE_HOME:-}" ] || [ "$(id -u)" = 0 ]; then
	KERNEL_CACHE=${XDG_CACHE_HOME:-/var/cache}/seccomp-gen-tests/kernels
else
	KERNEL_CACHE=$HOME/.cache/seccomp-gen-tests/kernels
fi

# kernel_names ARCH: those of one architecture; all of them for ''
kernel_names() {
	awk -v arch="$1" 'NF && (arch == "" || $2 == arch) { print $1 }' <<<"$KERNELS"
}

# kernel_field NAME COLUMN: 2 the architecture, 3 the archive, 4 the suite, 5 the package
kernel_field() {
	awk -v name="$1" -v column="$2" '$1 == name { print $column }' <<<"$KERNELS"
}

# write_apt_conf DIR ARCH ARCHIVE SUITE: an apt that knows one suite of one archive and has its state in DIR
write_apt_conf() {
	local dir=$1 arch=$2 archive=$3 suite=$4 proxy=
	mkdir -p "$dir"/{parts,preferences.d,lists/partial,archives/partial}
	: >"$dir/status"
	echo "deb [signed-by=$KERNEL_KEYRING] $KERNEL_MIRROR/$archive $suite main" >"$dir/sources.list"
	eval "$(apt-config shell proxy Acquire::http::Proxy)" # the host's, if it needs one
	# A kernel to test on may be as old as the mirror: an expired index is still a signed one.
	cat >"$dir/apt.conf" <<-EOF
		Dir "$dir";
		Dir::State "$dir";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		Dir::Etc "$dir";
		Dir::Etc::parts "$dir/parts";
		Dir::Etc::preferencesparts "$dir/preferences.d";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		${proxy:+Acquire::http::Proxy "$proxy";}
	EOF
}

# dependency_of PACKAGE PREFIX: the package it depends on whose name begins so
dependency_of() {
	apt-cache depends --no-recommends --no-suggests "$1" |
		awk -v prefix="$2" '$1 == "Depends:" && index($2, prefix) == 1 { print $2; exit }'
}

# download_kernel NAME DIR: DIR/vmlinuz, DIR/package
download_kernel() (
	name=$1 dir=$2
	read -r _ arch archive suite meta <<<"$(grep "^$name " <<<"$KERNELS")"
	[ -r "$KERNEL_KEYRING" ] || {
		echo "$name: no $KERNEL_KEYRING to check the packages with (apt-get install debian-archive-keyring)" >&2
		return 1
	}
	write_apt_conf "$dir/apt" "$arch" "$archive" "$suite"
	export APT_CONFIG=$dir/apt/apt.conf
	if ! apt-get update -qq --error-on=any 2>"$dir/apt.log"; then
		echo "$name: cannot read the index of $KERNEL_MIRROR/$archive $suite (no network?):" >&2
		sed 's/^/	/' "$dir/apt.log" >&2
		echo "	set SG_DEBIAN_MIRROR to a mirror that can be reached, or put a kernel in" \
			"$KERNEL_CACHE/$name/vmlinuz" >&2
		return 1
	fi
	image=$(dependency_of "$meta" linux-image-)
	# from 7.x on the image package is empty and depends on the one that has the file
	binary=$(dependency_of "$image" linux-binary-)
	cd "$dir"
	apt-get download -qq "${binary:-$image}" 2>"$dir/apt.log" || {
		echo "$name: cannot download ${binary:-$image}: $(cat "$dir/apt.log")" >&2
		return 1
	}
	dpkg-deb -x ./*.deb tree
	find tree -name 'vmlinuz*' -type f -exec mv {} vmlinuz \;
	[ -s vmlinuz ] || {
		echo "$name: ${binary:-$image} holds no vmlinuz" >&2
		return 1
	}
	dpkg-deb -f ./*.deb Package Version >package
	rm -rf apt apt.log tree ./*.deb
)

# fetch_kernel NAME [refresh]: prints the path of the kernel. 1: there is no such kernel, or no way to it.
# Two at once wait for each other; what is there already is used without the network.
fetch_kernel() (
	set -e
	name=$1 dir=$KERNEL_CACHE/$1
	[ -n "$(kernel_field "$name" 1)" ] || {
		echo "no kernel '$name' (there are: $(kernel_names '' | xargs))" >&2
		exit 1
	}
	mkdir -p "$KERNEL_CACHE"
	exec 9>"$KERNEL_CACHE/.$name.lock"
	flock 9
	if [ ! -s "$dir/vmlinuz" ] || [ "${2:-}" = refresh ]; then
		fresh=$(mktemp -d "$KERNEL_CACHE/.$name.XXXXXX")
		trap 'rm -rf "$fresh"' EXIT
		download_kernel "$name" "$fresh" || exit 1
		rm -rf "$dir"
		mv "$fresh" "$dir"
		chmod 755 "$dir"
	fi
	echo "$dir/vmlinuz"
)
