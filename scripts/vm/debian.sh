# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A Debian machine with systemd as PID 1 and nothing but cgroup v2: its disk and its kernel with modules, each made
# once. What is tested comes on a second disk, so that the first one never changes.

# shellcheck source=scripts/vm/kernels.sh
. "${BASH_SOURCE[0]%/*}/kernels.sh"

# Raise it when what follows changes: another recipe is another disk.
DEBIAN_RECIPE=2
# the last two lines: what seccomp-gen is linked with
DEBIAN_PACKAGES="systemd systemd-sysv dbus dbus-user-session libpam-systemd procps iproute2 udev strace
	busybox-static python3-minimal jq curl nginx-light redis-server openssh-server openssh-client cron kmod
	libseccomp2 libcjson1 libyaml-0-2 libmd0 libbpf1 libelf1 zlib1g libcurl4"

# download_debian DIR: DIR/disk.img. Called where set -e has no effect: each step that can fail says so.
download_debian() (
	dir=$1 root=$1/root
	include=$(tr -s ' \t\n' , <<<"$DEBIAN_PACKAGES")
	debootstrap --variant=minbase --include="${include%,}" bookworm "$root" "$APT_MIRROR/debian" >"$dir/log" 2>&1 || {
		tail -n 5 "$dir/log"
		exit 1
	}
	echo sg-vm >"$root/etc/hostname"
	echo '127.0.0.1 localhost sg-vm' >"$root/etc/hosts"
	echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
	printf '[Match]\nName=lo\n' >"$root/etc/systemd/network/lo.network"
	cat >"$root/etc/systemd/system/sg-tests.service" <<-'EOF'
		[Unit]
		After=multi-user.target
		[Service]
		Type=exec
		Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
		ExecStart=/bin/sh -c 'mkdir -p /sg && mount -o ro /dev/vdb /sg && exec /bin/bash /sg/tests/run'
		ExecStopPost=/bin/sh -c 'echo "vm: off"; systemctl --force --force poweroff'
		StandardOutput=file:/dev/ttyS0
		StandardError=inherit
		[Install]
		WantedBy=multi-user.target
	EOF
	chroot "$root" sh -euc '
		systemctl -q enable systemd-networkd sg-tests
		systemctl -q mask serial-getty@ttyS0
		systemctl -q disable apt-daily.timer apt-daily-upgrade.timer 2>/dev/null || :
		useradd -m -s /bin/bash alice
		mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/alice
		apt-get clean
		rm -rf /var/lib/apt/lists/*' &&
		mkfs.ext4 -q -d "$root" "$dir/new.img" 3G && mv "$dir/new.img" "$dir/disk.img" || exit 1
	rm -rf --one-file-system "$root"
)

# fetch_debian [refresh]: prints the path of the disk
fetch_debian() {
	local tool
	for tool in debootstrap mkfs.ext4 depmod; do
		command -v "$tool" >/dev/null || {
			echo "no $tool (apt-get install debootstrap e2fsprogs kmod)" >&2
			return 1
		}
	done
	fetch_dir "$SG_TEST_CACHE/debian-$DEBIAN_RECIPE" disk.img "${1:-}" download_debian
}

# download_kernel_tree NAME DIR: DIR/vmlinuz and DIR/initrd.gz, which finds the disk and continues there
download_kernel_tree() (
	name=$1 dir=$2
	KEEP_TREE=1 download_kernel "$name" "$dir" || exit 1
	modules=$(find "$dir/tree" -type d -path '*/lib/modules/*' -prune -name '[0-9]*' -print -quit)
	mkdir -p "$dir"/i/{bin,proc,dev,r,m} "$dir/base/lib/modules"
	mv "$modules" "$dir/base/lib/modules/"
	version=${modules##*/} modules=$dir/base/lib/modules/${modules##*/}
	depmod -b "$dir/base" "$version" || exit 1
	cp "${SG_BUSYBOX:-/bin/busybox}" "$dir/i/bin/busybox"
	ln -s busybox "$dir/i/bin/sh"
	# dependencies stand after the module in modules.dep, the last one is loaded first
	order=()
	for want in virtio_pci virtio_blk ext4 crc32c_generic; do
		line=$(grep -E "/${want}\.ko[^:]*:" "$modules/modules.dep") || continue # built in
		read -ra files <<<"${line/:/}"
		for ((i = ${#files[@]} - 1; i >= 0; i--)); do
			base=${files[i]##*/}
			base=${base%%.ko*}.ko
			[[ " ${order[*]} " != *" $base "* ]] || continue
			case ${files[i]} in
			*.xz) xz -dc "$modules/${files[i]}" >"$dir/i/m/$base" ;;
			*.zst) zstd -qdc "$modules/${files[i]}" >"$dir/i/m/$base" ;;
			*) cp "$modules/${files[i]}" "$dir/i/m/$base" ;;
			esac
			order+=("$base")
		done
	done
	cat >"$dir/i/init" <<-EOF
		#!/bin/sh
		busybox mount -t proc p /proc
		busybox mount -t devtmpfs d /dev
		for m in ${order[*]}; do busybox insmod /m/\$m; done
		while [ ! -b /dev/vda ]; do busybox sleep 0.1; done
		busybox mount -t ext4 /dev/vda /r && exec busybox switch_root /r /sbin/init
	EOF
	chmod 755 "$dir/i/init"
	(cd "$dir/i" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$dir/new.gz" && mv "$dir/new.gz" "$dir/initrd.gz" || exit 1
	rm -rf "$dir/i" "$dir/base" "$dir/tree"
)

# fetch_kernel_tree NAME [refresh]: prints the directory that holds vmlinuz and initrd.gz
fetch_kernel_tree() {
	local initrd
	initrd=$(fetch_dir "$KERNEL_CACHE/$1-tree" initrd.gz "${2:-}" download_kernel_tree "$1") || return
	echo "${initrd%/*}"
}
